using System.Text.Json;

namespace AvatarGrains.Client.Rest;

/// <summary>One entry of a list of settings.</summary>
/// <param name="Id">What a session is created with: the name of a type, the id of a prompt or document.</param>
/// <param name="Title">A name for people; the id when the server gives none.</param>
/// <param name="Description">What it is; empty when the server does not say.</param>
/// <param name="NeedsDocument">A prompt that works with a document only.</param>
/// <param name="Raw">The entry as the server sent it.</param>
public sealed record PersoSetting(string Id, string Title, string Description, bool NeedsDocument, JsonElement Raw);

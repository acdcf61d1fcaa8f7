using System.Text.Json;
using AvatarGrains.Api.Shared;
using AvatarGrains.Core.Avatars;

namespace AvatarGrains.Api.Dialects.LiveTalking;

/// <summary>Finds what the dialect's names of avatars and voices mean here.</summary>
internal sealed class LiveTalkingVoices(EngineNames names)
{
    /// <summary>The avatar of a name; the first for any that this server does not have, as names of other servers mean nothing here.</summary>
    /// <exception cref="RequestException">This server has no avatar.</exception>
    public AvatarInfo Avatar(string? name) => (string.IsNullOrEmpty(name) ? null : names.Avatar(name)) ?? names.Avatar(null)
        ?? throw new RequestException(new RequestError(RequestFault.UnknownReference, "This server has no avatar."));

    /// <summary>The voice of a session; the avatar's own where the one asked for is not there.</summary>
    public string? OfSession(string? name, AvatarInfo avatar) => Named(name) ?? names.Voice(null, avatar)?.Name;

    /// <summary>The voice of one text, from <c>tts.voice</c> or <c>tts.ref_file</c>; null for the session's.</summary>
    public string? OfText(JsonElement? tts) =>
        tts is { ValueKind: JsonValueKind.Object } asked ? Named(Member(asked, "voice")) ?? Named(Member(asked, "ref_file")) : null;

    private static string? Member(JsonElement asked, string name) =>
        asked.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private string? Named(string? name)
    {
        if (string.IsNullOrEmpty(name) || names.Avatar(null) is not { } any)
        {
            return null;
        }

        // Clients name voices of a hosted service, such as zh-CN-YunxiaNeural: one of the same language is nearest.
        return names.Voice(name, any)?.Name
            ?? (name.Split('-') is [{ Length: 2 or 3 } language, { Length: 2 } region, ..]
                ? names.VoiceOfLanguage($"{language}-{region}")?.Name
                : null);
    }
}

using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AvatarGrains.Api.Shared;
using AvatarGrains.Core.Storage;
using Microsoft.AspNetCore.Http;

namespace AvatarGrains.Api.Dialects.Perso.Library;

/// <summary>Prompts: the server's own, then the tenant's.</summary>
internal sealed class PersoPrompts(PersoLibrary library, PersoOptions options) : IPersoKind<PersoPrompt>
{
    private const int MaxPromptLength = 20_000;

    public LibraryKind Kind => LibraryKind.Prompt;

    public JsonTypeInfo<PersoPrompt> One => PersoBodies.Readable.PersoPrompt;

    public JsonTypeInfo<IReadOnlyList<PersoPrompt>> Many => PersoBodies.Readable.IReadOnlyListPersoPrompt;

    public async ValueTask<IReadOnlyList<PersoPrompt>> ListAsync(string tenant, CancellationToken cancellationToken) =>
        [.. options.Prompts, .. (await library.ListAsync(Kind, tenant, cancellationToken)).Select(Read)];

    public async ValueTask<PersoPrompt> CreateAsync(HttpContext context)
    {
        var request = await JsonBody.ReadAsync(context, PersoJson.Default.PersoPromptRequest, options.MaxJsonBytes).DemandAsync();
        var prompt = new PersoPrompt(
            "",
            PersoText.Name(request.Name, "name"),
            PersoText.Bounded(request.Description, 1000, "description"),
            PersoText.Bounded(request.SystemPrompt ?? throw PersoException.Missing("system_prompt"), MaxPromptLength, "system_prompt"),
            request.RequireDocument ?? false,
            PersoText.Bounded(request.IntroMessage, options.MaxTextLength, "intro_message"));
        var item = await library.AddAsync(
            Kind, "plp-", prompt.Name, JsonSerializer.Serialize(prompt, PersoJson.Default.PersoPrompt), default, context);
        return prompt with { PromptId = item.Id };
    }

    public async ValueTask<PersoPrompt?> FindAsync(string id, string tenant, CancellationToken cancellationToken) =>
        options.Prompts.FirstOrDefault(prompt => prompt.PromptId == id)
        ?? (await library.FindAsync(Kind, tenant, id, cancellationToken) is { } item ? Read(item) : null);

    private static PersoPrompt Read(LibraryItem item) => PersoLibrary.Detail(item, PersoJson.Default.PersoPrompt) with { PromptId = item.Id };
}

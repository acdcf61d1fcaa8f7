using System.Text.Json;
using AvatarGrains.Core.Storage;
using Microsoft.AspNetCore.Http;

namespace AvatarGrains.Api.Dialects.Perso.Library;

/// <summary>Prompts: the server's own, then the tenant's.</summary>
internal sealed class PersoPrompts(PersoLibrary library, PersoOptions options)
{
    private const int MaxPromptLength = 20_000;

    public async Task<IResult> ListAsync(HttpContext context)
    {
        var own = await library.ListAsync(LibraryKind.Prompt, context);
        return Results.Json<IReadOnlyList<PersoPrompt>>([.. options.Prompts, .. own.Select(Read)], PersoBodies.Readable.IReadOnlyListPersoPrompt);
    }

    public async Task<IResult> GetAsync(string id, HttpContext context) => Results.Json(
        await FindAsync(id, PersoKeys.TenantOf(context), context.RequestAborted) ?? throw PersoException.NotFound(), PersoBodies.Readable.PersoPrompt);

    public async Task<IResult> CreateAsync(HttpContext context)
    {
        var request = await PersoBodies.ReadAsync(context, PersoJson.Default.PersoPromptRequest, options.MaxJsonBytes);
        var prompt = new PersoPrompt(
            "",
            PersoText.Name(request.Name, "name"),
            PersoText.Bounded(request.Description, 1000, "description"),
            PersoText.Bounded(request.SystemPrompt ?? throw PersoException.Missing("system_prompt"), MaxPromptLength, "system_prompt"),
            request.RequireDocument ?? false,
            PersoText.Bounded(request.IntroMessage, options.MaxTextLength, "intro_message"));
        var item = await library.AddAsync(
            LibraryKind.Prompt, "plp-", prompt.Name, JsonSerializer.Serialize(prompt, PersoJson.Default.PersoPrompt), default, context);
        return Results.Json(prompt with { PromptId = item.Id }, PersoBodies.Readable.PersoPrompt, statusCode: 201);
    }

    /// <summary>A prompt the tenant may use, or null.</summary>
    public async ValueTask<PersoPrompt?> FindAsync(string id, string tenant, CancellationToken cancellationToken) =>
        options.Prompts.FirstOrDefault(prompt => prompt.PromptId == id)
        ?? (await library.FindAsync(LibraryKind.Prompt, tenant, id, cancellationToken) is { } item ? Read(item) : null);

    private static PersoPrompt Read(LibraryItem item) => PersoLibrary.Detail(item, PersoJson.Default.PersoPrompt) with { PromptId = item.Id };
}

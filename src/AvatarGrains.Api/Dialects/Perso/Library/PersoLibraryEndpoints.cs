using AvatarGrains.Core.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AvatarGrains.Api.Dialects.Perso.Library;

/// <summary>The paths of what tenants keep.</summary>
internal static class PersoLibraryEndpoints
{
    /// <param name="keyed">Where a key is asked for.</param>
    /// <param name="open">Where none is.</param>
    public static void Map(RouteGroupBuilder keyed, RouteGroupBuilder open)
    {
        keyed.MapGet("/prompt/", (PersoPrompts prompts, HttpContext context) => prompts.ListAsync(context))
            .WithSummary("Prompts").Produces<IReadOnlyList<PersoPrompt>>();
        keyed.MapPost("/prompt/", (PersoPrompts prompts, HttpContext context) => prompts.CreateAsync(context))
            .WithSummary("Keep a prompt").Accepts<PersoPromptRequest>("application/json", "*/*").Produces<PersoPrompt>(201).Produces<PersoErrorBody>(400);
        keyed.MapGet("/prompt/{id}/", (string id, PersoPrompts prompts, HttpContext context) => prompts.GetAsync(id, context))
            .WithSummary("A prompt").Produces<PersoPrompt>().Produces<PersoErrorBody>(404);
        Remove(keyed, "prompt", LibraryKind.Prompt);

        keyed.MapGet("/document/", (PersoDocuments documents, HttpContext context) => documents.ListAsync(context))
            .WithSummary("Documents").Produces<IReadOnlyList<PersoDocument>>();
        keyed.MapPost("/document/", (PersoDocuments documents, HttpContext context) => documents.CreateAsync(context))
            .WithSummary("Keep a document: multipart with title, description and file (text, Markdown, PDF), or JSON with title, description and content")
            .Produces<PersoDocument>(201).Produces<PersoErrorBody>(400).Produces<PersoErrorBody>(413);
        keyed.MapGet("/document/{id}/", (string id, PersoDocuments documents, HttpContext context) => documents.GetAsync(id, context))
            .WithSummary("A document").Produces<PersoDocument>().Produces<PersoErrorBody>(404);
        Remove(keyed, "document", LibraryKind.Document);

        keyed.MapGet("/background_image/", (PersoBackgrounds backgrounds, HttpContext context) => backgrounds.ListAsync(context))
            .WithSummary("Background images").Produces<IReadOnlyList<PersoBackground>>();
        keyed.MapPost("/background_image/", (PersoBackgrounds backgrounds, HttpContext context) => backgrounds.CreateAsync(context))
            .WithSummary("Keep a background image: multipart with title and image (PNG or JPEG)")
            .Produces<PersoBackground>(201).Produces<PersoErrorBody>(400).Produces<PersoErrorBody>(413);
        keyed.MapGet("/background_image/{id}/", (string id, PersoBackgrounds backgrounds, HttpContext context) => backgrounds.GetAsync(id, context))
            .WithSummary("A background image").Produces<PersoBackground>().Produces<PersoErrorBody>(404);
        Remove(keyed, "background_image", LibraryKind.Background);
        open.MapGet("/background_image/{id}/image/", (string id, PersoBackgrounds backgrounds, HttpContext context) => backgrounds.ImageAsync(id, context))
            .WithSummary("A background image's file");

        keyed.MapGet("/session_template/", (PersoTemplates templates, HttpContext context) => templates.ListAsync(context))
            .WithSummary("Session templates").Produces<IReadOnlyList<PersoTemplate>>();
        keyed.MapPost("/session_template/", (PersoTemplates templates, HttpContext context) => templates.CreateAsync(context))
            .WithSummary("Keep a session template").Accepts<PersoTemplateRequest>("application/json", "*/*").Produces<PersoTemplate>(201);
        keyed.MapGet("/session_template/{id}/", (string id, PersoTemplates templates, HttpContext context) => templates.GetAsync(id, context))
            .WithSummary("A session template").Produces<PersoTemplate>().Produces<PersoErrorBody>(404);
        Remove(keyed, "session_template", LibraryKind.Template);
    }

    private static void Remove(RouteGroupBuilder keyed, string path, LibraryKind kind) =>
        keyed.MapDelete($"/{path}/{{id}}/", (string id, PersoLibrary library, HttpContext context) => library.RemoveAsync(kind, id, context))
            .WithSummary("Delete it; sessions made with it go on").Produces(204).Produces<PersoErrorBody>(404);
}

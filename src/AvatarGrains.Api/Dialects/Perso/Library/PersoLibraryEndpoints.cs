using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AvatarGrains.Api.Dialects.Perso.Library;

/// <summary>The paths of what tenants keep: the same five for every kind.</summary>
internal static class PersoLibraryEndpoints
{
    /// <param name="keyed">Where a key is asked for.</param>
    /// <param name="open">Where none is.</param>
    public static void Map(RouteGroupBuilder keyed, RouteGroupBuilder open)
    {
        MapKind<PersoPrompts, PersoPrompt>(keyed, "prompt", "prompt", "JSON with name, description, system_prompt, require_document and intro_message");
        MapKind<PersoDocuments, PersoDocument>(
            keyed, "document", "document", "multipart with title, description and file (text, Markdown, PDF), or JSON with title, description and content");
        MapKind<PersoBackgrounds, PersoBackground>(keyed, "background_image", "background image", "multipart with title and image (PNG or JPEG)");
        MapKind<PersoTemplates, PersoTemplate>(keyed, "session_template", "session template", "JSON with name, description and session, a session request");
        open.MapGet("/background_image/{id}/image/", (string id, PersoBackgrounds backgrounds, HttpContext context) => backgrounds.ImageAsync(id, context))
            .WithSummary("A background image's file");
    }

    private static void MapKind<TKind, T>(RouteGroupBuilder keyed, string path, string words, string body)
        where TKind : IPersoKind<T>
    {
        var kind = keyed.MapGroup("/" + path);
        kind.MapGet("/", async (TKind kind, HttpContext context) =>
                Results.Json(await kind.ListAsync(PersoKeys.TenantOf(context), context.RequestAborted), kind.Many))
            .WithSummary($"Every {words}").Produces<IReadOnlyList<T>>();
        kind.MapPost("/", async (TKind kind, HttpContext context) => Results.Json(await kind.CreateAsync(context), kind.One, statusCode: 201))
            .WithSummary($"Keep a {words}: {body}").Produces<T>(201).Produces<PersoErrorBody>(400).Produces<PersoErrorBody>(413);
        kind.MapGet("/{id}/", async (string id, TKind kind, HttpContext context) =>
                Results.Json(await kind.FindAsync(id, PersoKeys.TenantOf(context), context.RequestAborted) ?? throw PersoException.NotFound(), kind.One))
            .WithSummary($"A {words}").Produces<T>().Produces<PersoErrorBody>(404);
        kind.MapDelete("/{id}/", (string id, TKind kind, PersoLibrary library, HttpContext context) => library.RemoveAsync(kind.Kind, id, context))
            .WithSummary("Delete it; sessions made with it go on").Produces(204).Produces<PersoErrorBody>(404);
    }
}

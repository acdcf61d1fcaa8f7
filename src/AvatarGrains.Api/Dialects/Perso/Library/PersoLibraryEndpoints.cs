using AvatarGrains.Api.Shared;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AvatarGrains.Api.Dialects.Perso.Library;

/// <summary>The paths of what tenants keep: the same five for every kind.</summary>
internal static class PersoLibraryEndpoints
{
    /// <param name="keyed">Where a key is asked for.</param>
    /// <param name="open">Where none is.</param>
    public static void Map(RouteGroupBuilder keyed, RouteGroupBuilder open)
    {
        MapKind<PersoPrompts, PersoPrompt>(
            keyed, "prompt", "prompt", "JSON with name, description, system_prompt, require_document and intro_message");
        MapKind<PersoDocuments, PersoDocument>(
            keyed, "document", "document",
            "multipart with title, description and file (text, Markdown, PDF), or JSON with title, description and content");
        MapKind<PersoBackgrounds, PersoBackground>(keyed, "background_image", "background image", "multipart with title and image (PNG or JPEG)");
        MapKind<PersoTemplates, PersoTemplate>(
            keyed, "session_template", "session template", "JSON with name, description and session, a session request");
        open.MapGet(
            "/background_image/{id}/image/", (string id, PersoBackgrounds backgrounds, HttpContext context) => backgrounds.ImageAsync(id, context))
            .WithSummary("A background image's file");
    }

    private static void MapKind<TKind, T>(RouteGroupBuilder keyed, string path, string words, string body)
        where TKind : IPersoKind<T>
    {
        var group = keyed.MapGroup("/" + path);
        group.MapGet("/", (HttpContext context, CancellationToken token) => ListAsync(KindOf<TKind>(context), Callers.TenantOf(context), token))
            .WithSummary($"Every {words}").Produces<IReadOnlyList<T>>();
        group.MapPost("/", (HttpContext context, CancellationToken _) => CreateAsync(KindOf<TKind>(context), context))
            .WithSummary($"Keep a {words}: {body}").Produces<T>(201).Produces<PersoErrorBody>(400).Produces<PersoErrorBody>(413);
        group.MapGet("/{id}/", (string id, HttpContext context) => GetAsync(KindOf<TKind>(context), id, context))
            .WithSummary($"A {words}").Produces<T>().Produces<PersoErrorBody>(404);
        group.MapDelete(
            "/{id}/", (string id, PersoLibrary library, HttpContext context) => library.RemoveAsync(KindOf<TKind>(context).Kind, id, context))
            .WithSummary("Delete it; sessions made with it go on").Produces(204).Produces<PersoErrorBody>(404);

        static IPersoKind<T> KindOf<TOne>(HttpContext context)
            where TOne : IPersoKind<T> => context.RequestServices.GetRequiredService<TOne>();
    }

    private static async Task<IResult> ListAsync<T>(IPersoKind<T> kind, string tenant, CancellationToken token) =>
        Results.Json(await kind.ListAsync(tenant, token), kind.Many);

    private static async Task<IResult> CreateAsync<T>(IPersoKind<T> kind, HttpContext context) =>
        Results.Json(await kind.CreateAsync(context), kind.One, statusCode: 201);

    private static async Task<IResult> GetAsync<T>(IPersoKind<T> kind, string id, HttpContext context) =>
        Results.Json(await kind.FindAsync(id, Callers.TenantOf(context), context.RequestAborted) ?? throw PersoException.NotFound(), kind.One);
}

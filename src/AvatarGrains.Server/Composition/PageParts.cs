using AvatarGrains.Server.Configuration;
using Microsoft.Extensions.FileProviders;

namespace AvatarGrains.Server.Composition;

/// <summary>The page that comes with the server.</summary>
internal static class PageParts
{
    /// <summary>Serves it where clients are connected.</summary>
    public static void UsePage(this WebApplication app, ServerOptions options)
    {
        if (!options.Cluster.Has("edge") || InstallLayout.WebRoot is not { } root)
        {
            return;
        }

        var files = new PhysicalFileProvider(root);
        app.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files });
        app.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = files,
            // The page and its modules have no version in their names: browsers must ask whether they changed.
            OnPrepareResponse = static response => response.Context.Response.Headers.CacheControl = "no-cache",
        });
    }
}

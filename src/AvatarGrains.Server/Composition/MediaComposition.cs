using AvatarGrains.Core.Storage;
using AvatarGrains.Media.Backgrounds;
using AvatarGrains.Media.Poses;
using AvatarGrains.Media.Rigs;
using AvatarGrains.Server.Configuration;

namespace AvatarGrains.Server.Composition;

/// <summary>Avatars and their poses.</summary>
internal sealed class MediaComposition : IDisposable
{
    /// <exception cref="StartupException">No avatars.</exception>
    public MediaComposition(ServerOptions options, ILibraryStore library, TimeProvider time, ILoggerFactory log)
    {
        var models = options.Models ?? InstallLayout.Models
            ?? throw new StartupException("The folder models/avatars that comes with the server is not there; name it with --models.");
        Backgrounds = new FolderBackgrounds(Path.Combine(models, "backgrounds"));
        Poses = OpenPoses(models, new LayeredBackgrounds(Backgrounds, new LibraryBackgrounds(library)), options, time, log);
    }

    public FolderBackgrounds Backgrounds { get; }

    public PoseLibrary Poses { get; }

    public void Dispose() => Poses.Dispose();

    private static PoseLibrary OpenPoses(string models, IBackgroundImages backgrounds, ServerOptions options, TimeProvider time, ILoggerFactory log)
    {
        try
        {
            var rigs = RigLibrary.Load(Path.Combine(models, "avatars"));
            var cache = new PoseLibraryOptions { CacheBytes = options.PoseCacheBytes };
            return new PoseLibrary(rigs, backgrounds, cache, time, log.CreateLogger<PoseLibrary>());
        }
        catch (RigException broken)
        {
            throw new StartupException($"An avatar under {models} cannot be used: {broken.Message}", broken);
        }
    }
}

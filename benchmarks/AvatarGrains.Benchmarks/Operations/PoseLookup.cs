using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Media;
using AvatarGrains.Media.Backgrounds;
using AvatarGrains.Media.Poses;
using AvatarGrains.Media.Rigs;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvatarGrains.Benchmarks.Operations;

/// <summary>Finds the pose of the next frame of a speaking avatar.</summary>
internal sealed class PoseLookup : IOperation
{
    private const int Size = 128;
    private readonly PoseLibrary _library;
    private readonly IPoseSet _poses;
    private int _at;

    public PoseLookup()
    {
        var models = Path.Combine(RepositoryFolder.Root, "models");
        var options = new PoseLibraryOptions { PrepareIdleLoop = false };
        _library = new PoseLibrary(
            RigLibrary.Load(Path.Combine(models, "avatars")),
            new FolderBackgrounds(Path.Combine(models, "backgrounds")),
            options,
            TimeProvider.System,
            NullLogger<PoseLibrary>.Instance);
        _poses = _library.OpenAsync(new AvatarView(_library.Avatars[0].Name, Size, Size), CancellationToken.None).AsTask().GetAwaiter().GetResult();
    }

    public void Run()
    {
        _at = (_at + 1) % 20;
        _poses.Get(new PoseKey((ushort)(_at / 5), Eyes.Open, (byte)(_at % 5), Expression.Neutral, 0));
    }

    public void Dispose()
    {
        _poses.Dispose();
        _library.Dispose();
    }
}

using AvatarGrains.Core.Avatars;
using Microsoft.Extensions.Logging;

namespace AvatarGrains.Media.Poses;

/// <summary>What all views of a library share.</summary>
internal sealed class PoseLibraryServices(IAvatarRigs rigs, PoseLibraryOptions options, TimeProvider time, ILogger logger)
{
    public IAvatarRigs Rigs { get; } = rigs;

    public PoseLibraryOptions Options { get; } = options;

    public TimeProvider Time { get; } = time;

    public PoseCache Cache { get; } = new(options.CacheBytes);

    public JpegCache Jpegs { get; } = new(options.JpegCacheBytes);

    public PoseCounters Counters { get; } = new();

    public PoseThreads Workers { get; } = new(options.Workers);

    public void Fault(PoseView view, in PoseKey key, Exception failure)
    {
        Counters.Fault();
        logger.LogError(failure, "Pose {Key} of {View} could not be made", key, view.View);
    }
}

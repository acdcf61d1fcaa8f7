using AvatarGrains.Core.Avatars;
using AvatarGrains.Media.Poses;

namespace AvatarGrains.Server.Composition;

/// <summary>
/// Prepares what the other edges of a cluster show, while this one has nothing better to do: clients of a lost edge find their picture drawn and
/// encoded already.
/// </summary>
/// <param name="poses">Where it is prepared.</param>
/// <param name="share">Tells the cluster what this edge shows, the most used first, and brings back what others show.</param>
/// <param name="log">Told what cannot be prepared.</param>
internal sealed class StandbyPoses(PoseLibrary poses, Func<IReadOnlyList<AvatarView>, Task<IReadOnlyList<AvatarView>>> share, ILogger log)
{
    private const int MostShared = 16;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly HashSet<AvatarView> _impossible = [];

    /// <summary>Runs until the token fires.</summary>
    public async Task RunAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                foreach (var view in await share(poses.InUse(MostShared)))
                {
                    await PrepareAsync(view, cancellationToken);
                }
            }
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            log.LogDebug("What other edges show is no longer prepared");
        }
    }

    /// <summary>What was opened stays encoded for minutes after it was given back, so each round makes it stay longer.</summary>
    private async Task PrepareAsync(AvatarView view, CancellationToken cancellationToken)
    {
        if (_impossible.Contains(view))
        {
            return;
        }

        try
        {
            using var prepared = await poses.OpenAsync(view, cancellationToken);
        }
        catch (Exception error) when (error is KeyNotFoundException or ArgumentException)
        {
            _impossible.Add(view);
            log.LogInformation("What another edge shows cannot be shown here: {Problem}", error.Message);
        }
    }
}

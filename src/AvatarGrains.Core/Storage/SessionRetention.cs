using Microsoft.Extensions.Logging;

namespace AvatarGrains.Core.Storage;

/// <summary>
/// Deletes what was said in sessions that ended long ago, so that a server that runs for years does not fill its disk. Minutes that were
/// counted stay.
/// </summary>
/// <remarks>Servers that share a store may all run it: what one deletes the others no longer find.</remarks>
/// <param name="store">Where sessions are kept.</param>
/// <param name="keep">How long after their end.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Told how many.</param>
public sealed class SessionRetention(ISessionStore store, TimeSpan keep, TimeProvider time, ILogger log)
{
    /// <summary>Sessions deleted by one write: a writer waits for no more than these.</summary>
    public const int Batch = 200;

    /// <summary>How often it looks.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromHours(1);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Deletes what is too old, now and every hour, until it is cancelled.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await PurgeAsync(cancellationToken);
            await Task.Delay(Every, time, cancellationToken);
        }
    }

    /// <summary>Deletes what is too old now.</summary>
    /// <returns>How many sessions.</returns>
    public async Task<int> PurgeAsync(CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow() - keep;
        var all = 0;
        try
        {
            for (var some = Batch; some == Batch; all += some)
            {
                some = await store.PurgeAsync(before, Batch, cancellationToken);
                if (some == Batch)
                {
                    await Task.Delay(Pause, time, cancellationToken);
                }
            }
        }
        catch (StorageUnavailableException e)
        {
            log.LogWarning("Old sessions could not be deleted; it is tried again in an hour: {Reason}", e.Message);
        }

        if (all > 0)
        {
            log.LogInformation("{Count} sessions that ended before {Before:u} were deleted.", all, before);
        }

        return all;
    }
}

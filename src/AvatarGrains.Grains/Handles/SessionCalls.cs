using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Storage;
using AvatarGrains.Grains.Configuration;
using AvatarGrains.Grains.Contracts;
using AvatarGrains.Grains.Sessions;
using Microsoft.Extensions.Logging;
using Orleans.Streams;

namespace AvatarGrains.Grains.Handles;

/// <summary>Calls of sessions that outlast a session's move, and what the handles of a process share. Thread-safe.</summary>
internal sealed class SessionCalls(IGrainFactory grains, SessionSilo silo)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    public IGrainFactory Grains => grains;

    public ISessionStore Store => silo.Runtime.Services.Store;

    public SiloAddress Local => silo.Silos.Local;

    public ClusterTimes Times => silo.Times;

    public ILogger Log => silo.Log;

    public bool Draining => silo.Draining;

    /// <summary>Nothing is between a session's silo and this one that could keep or lose outputs.</summary>
    public bool IsDirect => silo.IsDirect;

    public ISessionGrain Grain(string session) => grains.GetGrain<ISessionGrain>(session);

    /// <summary>The session, if it runs in this process.</summary>
    public RunningSession? Here(string session) => silo.Find(session);

    public IAsyncStream<FeedBatch> StreamOf(string session) => silo.StreamOf(session);

    /// <summary>Runs something nobody waits for; its failure is logged.</summary>
    public void Run(Func<Task> work) => _ = RunAsync(work);

    /// <summary>Runs something apart from the caller; its failure is logged.</summary>
    public Task RunAsync(Func<Task> work) => Task.Run(() => TryAsync(work));

    public async Task TryAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception e)
        {
            // Nobody waits for it, so nobody else can say that it failed.
            Log.LogWarning(e, "Work for a session failed.");
        }
    }

    /// <summary>Calls until the cluster knows where the session is. Only for what may be done twice.</summary>
    /// <exception cref="SessionRejectedException">It is still unknown after the time for a move.</exception>
    public async Task<T> CallAsync<T>(Func<ValueTask<T>> call, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        for (var pause = FirstPause; ; pause = pause * 2 > LongestPause ? LongestPause : pause * 2)
        {
            Exception why;
            try
            {
                var result = await call();
                if (result is not CommandReply { Result.Reject: RejectReason.Draining } moving)
                {
                    return result;
                }

                why = new SessionRejectedException(RejectReason.Draining, moving.Result.Detail);
            }
            catch (Exception e) when (IsTransient(e) || e is SessionRejectedException { Reason: RejectReason.Draining })
            {
                why = e;
            }

            if (silo.Draining || TimeProvider.System.GetElapsedTime(started) > Times.Move)
            {
                throw why as SessionRejectedException ?? NoAnswer(why);
            }

            await Task.Delay(pause, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>Of a silo that does not answer.</summary>
    public static SessionRejectedException NoAnswer(Exception why) => new(RejectReason.Busy, "The session's server does not answer: " + why.Message);

    /// <summary>A failure of the cluster, not of what was asked.</summary>
    public static bool IsTransient(Exception error) => error is OrleansException or TimeoutException or IOException or ObjectDisposedException;

    /// <summary>
    /// The call was turned away before anybody began it: by a silo that has no such activation, or for want of a silo. One whose silo was
    /// lost may have been carried out.
    /// </summary>
    public static bool IsUndelivered(Exception error) => error is OrleansMessageRejectionException and not SiloUnavailableException;
}

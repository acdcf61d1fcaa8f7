using AvatarGrains.Core.Sessions;
using AvatarGrains.Grains.Contracts;

namespace AvatarGrains.Grains.Sessions;

/// <summary>
/// A session that runs on this silo, made by its grain: what the grain's callers and the edges of this process use, the latter without a
/// message between. Thread-safe.
/// </summary>
/// <param name="actor">The session.</param>
/// <param name="feed">Its outputs.</param>
/// <param name="local">This silo.</param>
/// <param name="left">Ends when the grain is no longer active here.</param>
internal sealed class RunningSession(SessionActor actor, SessionFeed feed, SiloAddress local, Task left)
{
    /// <summary>How long whoever ends a session waits for everybody to be told: a silo of theirs may be lost.</summary>
    private static readonly TimeSpan LongestFarewell = TimeSpan.FromSeconds(2);

    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Connection? _connection;

    public string Id => actor.Id;

    public SessionActor Actor => actor;

    public SessionFeed Feed => feed;

    /// <summary>Ends when the session's grain is no longer active here.</summary>
    public Task Left => left;

    /// <summary>The session is over, or stored to go on elsewhere.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Hands a command over; returns when its effect is stored.</summary>
    /// <param name="command">The command.</param>
    /// <param name="edge">The silo it comes from.</param>
    public async ValueTask<CommandReply> SendAsync(SessionCommand command, SiloAddress edge)
    {
        // Whose connection it is decides who is missed when a silo is lost, so it is known before the session is.
        if (command is TransportConnected connected)
        {
            _connection = new Connection(connected.Connection, edge);
        }

        var result = await actor.SendAsync(command, CancellationToken.None);
        if (IsOver)
        {
            await FarewellAsync();
        }

        return new CommandReply(result, feed.Mark);
    }

    /// <summary>Joins the feed from this process.</summary>
    /// <returns>Null when the session is over here.</returns>
    public AttachReply? Join(IFeedListener listener, FeedMark seen) => IsOver ? null : feed.Join(listener, local, seen);

    /// <summary>A silo is lost: the edge that held the connection cannot say any more that it is gone.</summary>
    public void OnSiloLost(SiloAddress silo)
    {
        if (_connection is { } connection && silo.Equals(connection.Edge))
        {
            _ = actor.SendAsync(new TransportLost(connection.Name, Graceful: false), CancellationToken.None).AsTask();
        }
    }

    /// <summary>The session is over here.</summary>
    public void Stop() => IsOver = true;

    /// <summary>Everybody who counts sessions has been told that it is over.</summary>
    public void Close() => _closed.TrySetResult();

    /// <summary>Returns when whoever counts sessions knows that this one is over, unless that takes long.</summary>
    public async ValueTask FarewellAsync() => await _closed.Task.WaitAsync(LongestFarewell, TimeProvider.System)
        .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

    private sealed record Connection(string Name, SiloAddress Edge);
}

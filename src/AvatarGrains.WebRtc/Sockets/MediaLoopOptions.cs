namespace AvatarGrains.WebRtc.Sockets;

/// <summary>How a <see cref="MediaLoop"/> runs.</summary>
public sealed record MediaLoopOptions
{
    /// <summary>Name of the thread.</summary>
    public string Name { get; init; } = "media";

    /// <summary>Datagrams handled before timers get their turn.</summary>
    public int ReceiveBatch { get; init; } = 256;

    /// <summary>Ticks of new peers are spread over this period, µs, so that no burst leaves the socket.</summary>
    public long SpreadPeriod { get; init; } = 20_000;

    /// <summary>Called first on the loop's thread: the place to ask the system for a better priority.</summary>
    public Action? OnStarted { get; init; }

    /// <summary>
    /// Runs one step of a DTLS handshake, about a millisecond of arithmetic, on another thread; null for the loop's own. With it a storm of
    /// joins does not delay the media of those who are there.
    /// </summary>
    public Action<Action>? RunHandshake { get; init; }

    /// <summary>A <see cref="RunHandshake"/> on the thread pool.</summary>
    public static Action<Action> OnThreadPool { get; } = static step => ThreadPool.UnsafeQueueUserWorkItem(
        static run => run(), step, preferLocal: false);

    /// <summary>
    /// Told about an exception out of one peer, its ticker or a posted action, on the loop's thread. The peer is already closed then.
    /// </summary>
    public Action<Exception>? OnFault { get; init; }
}

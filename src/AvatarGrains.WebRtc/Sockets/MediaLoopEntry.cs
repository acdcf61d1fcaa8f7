using AvatarGrains.WebRtc.Peers;

namespace AvatarGrains.WebRtc.Sockets;

/// <summary>A peer's place on its <see cref="MediaLoop"/>. All members may be used from any thread.</summary>
public sealed class MediaLoopEntry
{
    private readonly MediaLoop _loop;

    internal MediaLoopEntry(MediaLoop loop, Peer peer, IMediaTicker? ticker, Action<TimerNode, long> onDeadline, Action<TimerNode, long> onTick)
    {
        _loop = loop;
        Peer = peer;
        Ticker = ticker;
        Deadline = new TimerNode(onDeadline, this);
        MediaTick = new TimerNode(onTick, this);
    }

    /// <summary>The peer: to be used on the loop's thread alone.</summary>
    public Peer Peer { get; }

    internal IMediaTicker? Ticker { get; }

    internal TimerNode Deadline { get; }

    internal TimerNode MediaTick { get; }

    /// <summary>What the ticker asked for, free of the wheel's rounding.</summary>
    internal long TickDue { get; set; }

    /// <summary>Addresses that lead to this peer.</summary>
    internal List<NetAddress> Addresses { get; } = new(2);

    /// <summary>ICE user fragments that lead to this peer, the current one last.</summary>
    internal List<string> Ufrags { get; } = new(1);

    internal bool IsOnLoop { get; set; }

    /// <summary>Runs an action on the loop's thread. It is dropped when the peer is gone by then.</summary>
    /// <param name="action">Prefer a static lambda; it gets <paramref name="state"/> and the loop's time.</param>
    /// <param name="state">What the action works on.</param>
    public void Post(Action<MediaLoopEntry, object?, long> action, object? state = null)
    {
        ArgumentNullException.ThrowIfNull(action);
        _loop.Post(new MediaLoopWork(this, action, state, 0));
    }

    /// <summary>Asks something on the loop's thread.</summary>
    /// <param name="question">An exception it throws goes to the caller and does not close the peer, so it must leave the peer in a valid
    /// state.</param>
    /// <returns>The answer; the default when the peer is gone.</returns>
    public Task<T?> AskAsync<T>(Func<Peer, long, T?> question)
    {
        var asked = new LoopQuestion<T>(question);
        _loop.Post(new MediaLoopWork(this, static (entry, state, now) => ((ILoopQuestion)state!).Ask(entry.Peer, now), asked, 0));
        return asked.Answer;
    }

    /// <summary>Asks for the next media tick at <paramref name="at"/> (loop time, µs).</summary>
    public void ScheduleTick(long at) => _loop.ScheduleTick(this, at);

    /// <summary>Closes the peer and takes it off the loop.</summary>
    public void Close() => _loop.Post(new MediaLoopWork(this, MediaLoopWork.CloseAction, null, 0));
}

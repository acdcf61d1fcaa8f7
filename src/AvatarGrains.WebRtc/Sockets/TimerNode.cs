namespace AvatarGrains.WebRtc.Sockets;

/// <summary>One timer on a <see cref="TimerWheel"/>, held by its owner and linked into the wheel while it runs.</summary>
internal sealed class TimerNode(Action<TimerNode, long> callback, object owner)
{
    /// <summary>Called with the wheel's time when the timer is due.</summary>
    public Action<TimerNode, long> Callback { get; } = callback;

    public object Owner { get; } = owner;

    /// <summary>When it is due, µs; <see cref="long.MaxValue"/> when it does not run.</summary>
    public long At { get; internal set; } = long.MaxValue;

    internal TimerNode? Previous { get; set; }

    internal TimerNode? Next { get; set; }

    /// <summary>Slot it is linked into, or -1.</summary>
    internal int Slot { get; set; } = -1;
}

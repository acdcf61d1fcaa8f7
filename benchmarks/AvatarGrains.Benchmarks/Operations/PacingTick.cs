using AvatarGrains.WebRtc.Sockets;

namespace AvatarGrains.Benchmarks.Operations;

/// <summary>Twenty milliseconds of the timer wheel with 1,000 sessions, each due once.</summary>
internal sealed class PacingTick : IOperation
{
    private const long Tick = 20_000;
    private const int Sessions = 1000;
    private readonly TimerWheel _wheel = new(0);
    private readonly TimerNode[] _nodes = new TimerNode[Sessions];
    private long _now;

    public PacingTick()
    {
        for (var i = 0; i < Sessions; i++)
        {
            _nodes[i] = new TimerNode(Again, this);
            _wheel.Schedule(_nodes[i], i * Tick / Sessions);
        }
    }

    public void Run()
    {
        for (var step = 0; step < 20; step++)
        {
            _now += Tick / 20;
            _wheel.Advance(_now);
        }
    }

    public void Dispose()
    {
    }

    private static void Again(TimerNode node, long now) => ((PacingTick)node.Owner)._wheel.Schedule(node, now + Tick);
}

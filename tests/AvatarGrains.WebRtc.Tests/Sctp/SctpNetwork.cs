namespace AvatarGrains.WebRtc.Tests.Sctp;

/// <summary>Two ends joined by a network with delay, jitter, loss and duplication, in virtual time.</summary>
internal sealed class SctpNetwork(SctpEnd a, SctpEnd b, int seed = 1)
{
    private readonly Random _random = new(seed);
    private readonly PriorityQueue<(SctpEnd To, byte[] Packet), (long Time, long Order)> _wire = new();
    private long _order;

    public long Now { get; private set; } = 1_000_000;

    public double Loss { get; set; }

    public double Duplication { get; set; }

    public long Delay { get; set; } = 20_000;

    public long Jitter { get; set; }

    public int Packets { get; private set; }

    public Func<byte[], bool> Pass { get; set; } = _ => true;

    public static SctpNetwork Connected(
        out SctpEnd client,
        out SctpEnd server,
        int seed = 1,
        Func<AvatarGrains.WebRtc.Sctp.SctpOptions, AvatarGrains.WebRtc.Sctp.SctpOptions>? configure = null)
    {
        client = new SctpEnd(true, seed, configure);
        server = new SctpEnd(false, seed + 1000, configure);
        var network = new SctpNetwork(client, server, seed);
        client.Association.Start(network.Now);
        server.Association.Start(network.Now);
        network.Run(2_000_000);
        Assert.Equal(AvatarGrains.WebRtc.Sctp.SctpState.Established, client.Association.State);
        Assert.Equal(AvatarGrains.WebRtc.Sctp.SctpState.Established, server.Association.State);
        return network;
    }

    /// <summary>Runs for a time, or until a condition holds.</summary>
    /// <returns>True when the condition held.</returns>
    public bool Run(long microseconds, Func<bool>? until = null)
    {
        var end = Now + microseconds;
        var (turns, last) = (0, Now);
        while (true)
        {
            (turns, last) = Now == last ? (turns + 1, last) : (0, Now);
            Assert.True(turns < 1000, $"time stands still with {a.Association.State} {a.Association.NextDeadline} "
                + $"and {b.Association.State} {b.Association.NextDeadline} at {Now}");
            Send(a, b);
            Send(b, a);
            if (until?.Invoke() == true)
            {
                return true;
            }

            var next = Math.Min(a.Association.NextDeadline, b.Association.NextDeadline);
            if (_wire.TryPeek(out _, out var first))
            {
                next = Math.Min(next, first.Time);
            }

            if (next > end)
            {
                Now = end;
                return false;
            }

            Now = Math.Max(Now, next);
            while (_wire.TryPeek(out var item, out var at) && at.Time <= Now)
            {
                _wire.Dequeue();
                item.To.Association.Receive(item.Packet, Now);
            }

            a.Association.Advance(Now);
            b.Association.Advance(Now);
        }
    }

    private void Send(SctpEnd from, SctpEnd to)
    {
        while (from.Outgoing.TryDequeue(out var packet))
        {
            Packets++;
            if (!Pass(packet) || _random.NextDouble() < Loss)
            {
                continue;
            }

            var copies = _random.NextDouble() < Duplication ? 2 : 1;
            for (var i = 0; i < copies; i++)
            {
                _wire.Enqueue((to, packet), (Now + Delay + (Jitter == 0 ? 0 : _random.NextInt64(Jitter)), _order++));
            }
        }
    }
}

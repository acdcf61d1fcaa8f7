using AvatarGrains.WebRtc.Sockets;

namespace AvatarGrains.WebRtc.Tests.Harness;

/// <summary>How an emulated network treats datagrams; times in µs.</summary>
internal sealed record NetworkConditions(double Loss = 0, long Delay = 10_000, long Jitter = 0, double Duplicate = 0);

/// <summary>A seeded network in virtual time. Jitter reorders, as on real networks.</summary>
internal sealed class EmulatedNetwork(int seed, NetworkConditions conditions)
{
    private readonly Random _random = new(seed);
    private readonly PriorityQueue<(byte[] Data, NetAddress From, NetAddress To), (long At, long Order)> _flying = new();
    private long _order;

    public NetworkConditions Conditions { get; set; } = conditions;

    public long Now { get; set; }

    public long Lost { get; private set; }

    public long Sent { get; private set; }

    public long NextAt => _flying.TryPeek(out _, out var key) ? key.At : long.MaxValue;

    /// <summary>Sees every datagram when it is sent: to count, to record, to check bursts.</summary>
    public Action<byte[], NetAddress, NetAddress, long>? Tap { get; set; }

    public void Send(ReadOnlySpan<byte> data, NetAddress from, NetAddress to)
    {
        Sent++;
        var copy = data.ToArray();
        Tap?.Invoke(copy, from, to, Now);
        if (_random.NextDouble() < Conditions.Loss)
        {
            Lost++;
            return;
        }

        Enqueue(copy, from, to);
        if (_random.NextDouble() < Conditions.Duplicate)
        {
            Enqueue(copy, from, to);
        }
    }

    public bool TryTake(out byte[] data, out NetAddress from, out NetAddress to)
    {
        (data, from, to) = ([], default, default);
        if (NextAt > Now)
        {
            return false;
        }

        (data, from, to) = _flying.Dequeue();
        return true;
    }

    private void Enqueue(byte[] data, NetAddress from, NetAddress to) =>
        _flying.Enqueue((data.ToArray(), from, to), (Now + Conditions.Delay + (long)(_random.NextDouble() * Conditions.Jitter), _order++));
}

/// <summary>One address on an emulated network.</summary>
internal sealed class EmulatedWriter(EmulatedNetwork network, NetAddress address) : IDatagramWriter
{
    private readonly byte[] _buffer = new byte[2048];

    public NetAddress Address { get; set; } = address;

    /// <summary>True when what is written goes nowhere, and costs nothing.</summary>
    public bool IsCut { get; set; }

    public Span<byte> Rent(int size) => _buffer.AsSpan();

    public void Commit(int length, in NetAddress to)
    {
        if (!IsCut)
        {
            network.Send(_buffer.AsSpan(0, length), Address, to);
        }
    }
}

using AvatarGrains.WebRtc;
using AvatarGrains.WebRtc.Sockets;

namespace AvatarGrains.LoadTest.Clients;

/// <summary>
/// A bad network in front of the clients' sockets: loses datagrams in both directions, in bursts as radio does, by a seeded sequence
/// (Gilbert's model: in the bad state every datagram is lost, and it lasts <see cref="BurstLength"/> datagrams on average).
/// </summary>
internal sealed class LossySocket : IDatagramSocket
{
    private const double BurstLength = 2;

    private readonly IDatagramSocket _inner;
    private readonly Random _random;
    private readonly double _enter;
    private readonly DatagramHandler _filter;
    private DatagramHandler? _handler;
    private bool _bad;

    /// <param name="inner">The real sockets.</param>
    /// <param name="loss">Share of datagrams to lose, 0 to 0.5.</param>
    /// <param name="seed">Of the sequence.</param>
    public LossySocket(IDatagramSocket inner, double loss, int seed)
    {
        _inner = inner;
        _random = new Random(seed);
        _enter = loss / (1 - loss) / BurstLength;
        _filter = Filter;
    }

    public NetAddress LocalAddress => _inner.LocalAddress;

    public long SendErrors => _inner.SendErrors;

    public long DatagramsSent => _inner.DatagramsSent;

    public long DatagramsReceived => _inner.DatagramsReceived;

    public long SendCalls => _inner.SendCalls;

    public long Lost { get; private set; }

    public Span<byte> Rent(int size) => _inner.Rent(size);

    public void Commit(int length, in NetAddress to)
    {
        if (!Loses())
        {
            _inner.Commit(length, to);
        }
    }

    public int Receive(long timeoutMicroseconds, int limit, DatagramHandler handler)
    {
        _handler = handler;
        return _inner.Receive(timeoutMicroseconds, limit, _filter);
    }

    public void Flush() => _inner.Flush();

    public void Wake() => _inner.Wake();

    public void Dispose() => _inner.Dispose();

    private void Filter(Span<byte> datagram, in NetAddress from)
    {
        if (!Loses())
        {
            _handler!(datagram, from);
        }
    }

    private bool Loses()
    {
        _bad = _random.NextDouble() < (_bad ? 1 - (1 / BurstLength) : _enter);
        Lost += _bad ? 1 : 0;
        return _bad;
    }
}

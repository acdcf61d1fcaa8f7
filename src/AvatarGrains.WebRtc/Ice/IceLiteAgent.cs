using AvatarGrains.WebRtc.Sockets;

namespace AvatarGrains.WebRtc.Ice;

/// <summary>
/// ICE-lite (RFC 8445 2.5): answers the client's checks, sends to the address it nominated last, follows it when it moves, and learns every
/// address from the checks themselves.
/// </summary>
internal sealed class IceLiteAgent : IIceAgent
{
    /// <summary>Addresses remembered; the one heard least recently makes room.</summary>
    private const int MaxAddresses = 8;

    /// <summary>After this long without a check on the selected address another checked address takes over, µs.</summary>
    private const long MigrateAfter = 6_000_000;

    private readonly IceCredentials _local;
    private readonly IDatagramWriter _writer;
    private readonly List<Known> _known = new(2);
    private bool _nominated;
    private long _selectedHeardAt;

    public IceLiteAgent(IceCredentials local, IDatagramWriter writer, long now)
    {
        _local = local;
        _writer = writer;
        ConsentAt = now;
    }

    public NetAddress? Selected { get; private set; }

    public long ConsentAt { get; private set; }

    public long RoundTripTime => 0;

    public long NextDeadline => long.MaxValue;

    public bool Knows(in NetAddress address)
    {
        foreach (var known in _known)
        {
            if (known.Address == address)
            {
                return true;
            }
        }

        return false;
    }

    public bool Receive(Span<byte> datagram, in NetAddress from, long now)
    {
        if (!StunMessage.TryParse(datagram, out var request)
            || request.Type != Stun.BindingRequest
            || !IsForUs(request.Username)
            || !request.Verify(_local.Key))
        {
            return false;
        }

        Remember(from, now);
        Select(from, request.UseCandidate, now);
        ConsentAt = now;

        var builder = new StunBuilder(_writer.Rent(128), Stun.BindingSuccess, request.TransactionId);
        builder.AddXorMappedAddress(from);
        _writer.Commit(builder.Finish(_local.Key), from);
        return true;
    }

    public void Advance(long now)
    {
    }

    private bool IsForUs(ReadOnlySpan<byte> username) =>
        username.Length > _local.UfragBytes.Length
        && username[_local.UfragBytes.Length] == ':'
        && username.StartsWith(_local.UfragBytes);

    private void Select(in NetAddress from, bool useCandidate, long now)
    {
        if (Selected == from)
        {
            _nominated |= useCandidate;
            _selectedHeardAt = now;
        }
        else if (useCandidate || !_nominated || now - _selectedHeardAt > MigrateAfter)
        {
            _nominated |= useCandidate;
            Selected = from;
            _selectedHeardAt = now;
        }
    }

    private void Remember(in NetAddress from, long now)
    {
        var oldest = 0;
        for (var i = 0; i < _known.Count; i++)
        {
            if (_known[i].Address == from)
            {
                _known[i] = new Known(from, now);
                return;
            }

            oldest = _known[i].HeardAt < _known[oldest].HeardAt ? i : oldest;
        }

        if (_known.Count < MaxAddresses)
        {
            _known.Add(new Known(from, now));
        }
        else
        {
            _known[oldest] = new Known(from, now);
        }
    }

    private readonly record struct Known(NetAddress Address, long HeardAt);
}

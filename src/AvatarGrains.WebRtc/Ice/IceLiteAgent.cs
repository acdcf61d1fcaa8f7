using AvatarGrains.WebRtc.Sockets;

namespace AvatarGrains.WebRtc.Ice;

/// <summary>
/// ICE-lite (RFC 8445 2.5): answers the client's checks, sends to the address it nominated last, follows it when it moves, and learns every
/// address from the checks themselves. After a restart it goes on answering the old credentials until the first check with the new ones has come.
/// </summary>
internal sealed class IceLiteAgent : IIceAgent
{
    /// <summary>Addresses remembered; the one heard least recently makes room.</summary>
    private const int MaxAddresses = 8;

    /// <summary>After this long without a check on the selected address another checked address takes over, µs.</summary>
    private const long MigrateAfter = 6_000_000;

    private readonly IDatagramWriter _writer;
    private readonly List<Known> _known = new(2);
    private IceCredentials _local;
    private IceCredentials? _former;
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
            || Addressed(request.Username) is not { } credentials
            || !request.Verify(credentials.Key))
        {
            return false;
        }

        if (credentials == _local)
        {
            _former = null;
        }

        Remember(from, now);
        Select(from, request.UseCandidate, now);
        ConsentAt = now;

        var builder = new StunBuilder(_writer.Rent(128), Stun.BindingSuccess, request.TransactionId);
        builder.AddXorMappedAddress(from);
        _writer.Commit(builder.Finish(credentials.Key), from);
        return true;
    }

    public void Advance(long now)
    {
    }

    /// <summary>Restarts ICE (RFC 8445 9): media stays on the selected path until the remote nominates another.</summary>
    public void Restart(IceCredentials fresh) => (_former, _local) = (_local, fresh);

    private static bool Names(ReadOnlySpan<byte> username, ReadOnlySpan<byte> ufrag) =>
        username.Length > ufrag.Length && username[ufrag.Length] == ':' && username.StartsWith(ufrag);

    private IceCredentials? Addressed(ReadOnlySpan<byte> username) =>
        Names(username, _local.UfragBytes) ? _local : _former is { } former && Names(username, former.UfragBytes) ? former : null;

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

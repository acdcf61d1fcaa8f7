using AvatarGrains.WebRtc.Sockets;

namespace AvatarGrains.WebRtc.Ice;

/// <summary>
/// Full ICE in the controlling role over one local socket: checks the remote's candidates, nominates the first that answers, keeps consent.
/// </summary>
internal sealed class IceClientAgent : IIceAgent
{
    private const int MaxRemotes = 64;
    private const long CheckInterval = 50_000;
    private const long FirstRetransmit = 250_000;
    private const int MaxAttempts = 9;
    private const long ConsentInterval = 5_000_000;

    /// <summary>Priority of a peer-reflexive candidate, which a check announces (RFC 8445 7.1.1).</summary>
    private const uint ReflexivePriority = (110u << 24) | (65535u << 8) | 255;

    private readonly IceCredentials _local;
    private readonly IceCredentials _remote;
    private readonly IDatagramWriter _writer;
    private readonly EntropySource _random;
    private readonly byte[] _username;
    private readonly ulong _tieBreaker;
    private readonly List<Remote> _remotes = [];
    private Remote? _nominee;
    private int _turn;

    public IceClientAgent(
        IceCredentials local,
        IceCredentials remote,
        IEnumerable<NetAddress> candidates,
        IDatagramWriter writer,
        EntropySource random,
        long now)
    {
        _local = local;
        _remote = remote;
        _writer = writer;
        _random = random;
        _username = [.. remote.UfragBytes, (byte)':', .. local.UfragBytes];
        _tieBreaker = RandomNumbers.UInt64(random);
        ConsentAt = now;
        NextDeadline = now;
        foreach (var candidate in candidates.Take(MaxRemotes))
        {
            _remotes.Add(new Remote(candidate) { DueAt = now });
        }
    }

    public NetAddress? Selected { get; private set; }

    public long ConsentAt { get; private set; }

    public long RoundTripTime { get; private set; }

    public long NextDeadline { get; private set; }

    public bool Knows(in NetAddress address) => Find(address) is not null;

    public bool Receive(Span<byte> datagram, in NetAddress from, long now)
    {
        if (!StunMessage.TryParse(datagram, out var message))
        {
            return false;
        }

        return message.Type switch
        {
            Stun.BindingRequest => Answer(message, from, now),
            Stun.BindingSuccess => Accept(message, from, now),
            _ => false,
        };
    }

    public void Advance(long now)
    {
        if (now < NextDeadline)
        {
            return;
        }

        if (_nominee is { } nominee)
        {
            if (nominee.DueAt <= now)
            {
                Check(nominee, now);
            }

            NextDeadline = nominee.DueAt;
            return;
        }

        // One check per interval, in turn, as RFC 8445 6.1.4.2 paces them.
        for (var i = 0; i < _remotes.Count; i++)
        {
            var remote = _remotes[(_turn + i) % _remotes.Count];
            if (remote.DueAt <= now && remote.Attempts < MaxAttempts)
            {
                _turn = (_turn + i + 1) % _remotes.Count;
                Check(remote, now);
                break;
            }
        }

        NextDeadline = now + CheckInterval;
    }

    private bool Answer(in StunMessage request, in NetAddress from, long now)
    {
        if (!request.Username.StartsWith(_local.UfragBytes) || !request.Verify(_local.Key))
        {
            return false;
        }

        if (Find(from) is null && _remotes.Count < MaxRemotes)
        {
            _remotes.Add(new Remote(from) { DueAt = now });
        }

        var builder = new StunBuilder(_writer.Rent(128), Stun.BindingSuccess, request.TransactionId);
        builder.AddXorMappedAddress(from);
        _writer.Commit(builder.Finish(_local.Key), from);
        return true;
    }

    private bool Accept(in StunMessage response, in NetAddress from, long now)
    {
        if (Find(from) is not { } remote || !response.TransactionId.SequenceEqual(remote.Transaction) || !response.Verify(_remote.Key))
        {
            return false;
        }

        RoundTripTime = Math.Max(1, now - remote.SentAt);
        ConsentAt = now;
        remote.Attempts = 0;
        _nominee ??= remote;
        if (!ReferenceEquals(_nominee, remote))
        {
            return true;
        }

        if (remote.Nominating)
        {
            Selected = from;
            remote.DueAt = now + (ConsentInterval * 4 / 5) + (ConsentInterval * 2 / 5 * RandomNumbers.UInt16(_random) / 65536);
        }
        else
        {
            remote.Nominating = true;
            remote.DueAt = now;
        }

        NextDeadline = remote.DueAt;
        return true;
    }

    private void Check(Remote remote, long now)
    {
        _random(remote.Transaction);
        var builder = new StunBuilder(_writer.Rent(1024), Stun.BindingRequest, remote.Transaction);
        builder.Add(Stun.Username, _username);
        builder.AddUInt32(Stun.Priority, ReflexivePriority);
        builder.AddUInt64(Stun.IceControlling, _tieBreaker);
        if (remote.Nominating)
        {
            builder.Add(Stun.UseCandidate, []);
        }

        _writer.Commit(builder.Finish(_remote.Key), remote.Address);
        remote.SentAt = now;
        remote.DueAt = now + Math.Min(FirstRetransmit << Math.Min(remote.Attempts, 4), 2_000_000);
        remote.Attempts++;
    }

    private Remote? Find(in NetAddress address)
    {
        foreach (var remote in _remotes)
        {
            if (remote.Address == address)
            {
                return remote;
            }
        }

        return null;
    }

    private sealed class Remote(NetAddress address)
    {
        public NetAddress Address { get; } = address;

        public byte[] Transaction { get; } = new byte[Stun.TransactionIdSize];

        public long SentAt { get; set; }

        public long DueAt { get; set; }

        public int Attempts { get; set; }

        public bool Nominating { get; set; }
    }
}

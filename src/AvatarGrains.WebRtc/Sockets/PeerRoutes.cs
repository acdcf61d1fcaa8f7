using AvatarGrains.WebRtc.Ice;

namespace AvatarGrains.WebRtc.Sockets;

/// <summary>Which peer a datagram belongs to: ICE checks by the ufrag they name, everything else by the remote address.</summary>
internal sealed class PeerRoutes
{
    private const int MaxAddressesPerPeer = 8;
    private const int MaxUfrag = 64;
    private const int MaxUfragsPerPeer = 2;

    private readonly Dictionary<string, MediaLoopEntry> _byUfrag = new(StringComparer.Ordinal);
    private readonly Dictionary<NetAddress, MediaLoopEntry> _byAddress = [];
    private readonly List<MediaLoopEntry> _clients = [];
    private readonly Dictionary<string, MediaLoopEntry>.AlternateLookup<ReadOnlySpan<char>> _ufrags;

    public PeerRoutes() => _ufrags = _byUfrag.GetAlternateLookup<ReadOnlySpan<char>>();

    public int Count { get; private set; }

    public IEnumerable<MediaLoopEntry> Entries => _byUfrag.Values.Distinct();

    public void Add(MediaLoopEntry entry)
    {
        Count++;
        Follow(entry);
        if (entry.Peer.IsClient)
        {
            _clients.Add(entry);
        }
    }

    /// <summary>
    /// The peer may have restarted ICE: it is also found by its new ufrag. Of the old ones the last stays known, for checks that are under
    /// way.
    /// </summary>
    public void Follow(MediaLoopEntry entry)
    {
        var ufrag = entry.Peer.LocalUfrag;
        if (entry.Ufrags.Contains(ufrag))
        {
            return;
        }

        _byUfrag.Add(ufrag, entry);
        entry.Ufrags.Add(ufrag);
        if (entry.Ufrags.Count > MaxUfragsPerPeer)
        {
            _byUfrag.Remove(entry.Ufrags[0]);
            entry.Ufrags.RemoveAt(0);
        }
    }

    public void Remove(MediaLoopEntry entry)
    {
        Count--;
        foreach (var ufrag in entry.Ufrags)
        {
            _byUfrag.Remove(ufrag);
        }

        _clients.Remove(entry);
        foreach (var address in entry.Addresses)
        {
            if (_byAddress.TryGetValue(address, out var owner) && ReferenceEquals(owner, entry))
            {
                _byAddress.Remove(address);
            }
        }

        entry.Addresses.Clear();
    }

    public MediaLoopEntry? Find(Span<byte> datagram, in NetAddress from)
    {
        if (Stun.LooksLike(datagram) && datagram[1] == (byte)Stun.BindingRequest && datagram[0] == 0)
        {
            return StunMessage.TryParse(datagram, out var request) ? FindByUsername(request.Username) : null;
        }

        if (_byAddress.TryGetValue(from, out var entry))
        {
            return entry;
        }

        // Peers in the client role know their remote before they heard it.
        foreach (var candidate in _clients)
        {
            if (candidate.Peer.Knows(from))
            {
                return candidate;
            }
        }

        return null;
    }

    /// <summary>Binds an address that the peer has proved to be its own.</summary>
    public void Learn(MediaLoopEntry entry, in NetAddress address)
    {
        if (_byAddress.TryGetValue(address, out var owner) && ReferenceEquals(owner, entry))
        {
            return;
        }

        if (!entry.Peer.Knows(address))
        {
            return;
        }

        owner?.Addresses.Remove(address);
        if (entry.Addresses.Count == MaxAddressesPerPeer)
        {
            _byAddress.Remove(entry.Addresses[0]);
            entry.Addresses.RemoveAt(0);
        }

        entry.Addresses.Add(address);
        _byAddress[address] = entry;
    }

    private MediaLoopEntry? FindByUsername(ReadOnlySpan<byte> username)
    {
        var length = username.IndexOf((byte)':');
        if (length is <= 0 or > MaxUfrag)
        {
            return null;
        }

        Span<char> ufrag = stackalloc char[MaxUfrag];
        for (var i = 0; i < length; i++)
        {
            ufrag[i] = (char)username[i];
        }

        return _ufrags.TryGetValue(ufrag[..length], out var entry) ? entry : null;
    }
}

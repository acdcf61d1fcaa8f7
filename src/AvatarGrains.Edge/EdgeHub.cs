using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using AvatarGrains.Core.Sessions;
using AvatarGrains.WebRtc.Peers;
using AvatarGrains.WebRtc.Sockets;

namespace AvatarGrains.Edge;

/// <summary>
/// Connects clients to sessions: one connection per session, a newer one replaces the older. A later offer of a connection that is up, as
/// an ICE restart brings it, goes on with that connection.
/// </summary>
/// <param name="services">What every connection works with.</param>
/// <param name="media">Where media goes, or null for a server that carries none.</param>
internal sealed class EdgeHub(EdgeServices services, EdgeMedia? media) : IEdgeConnector, IEdgeDrain
{
    private readonly ConcurrentDictionary<string, (EdgeSession Edge, MediaLoopEntry Entry)> _connections = new();
    private volatile bool _refusing;

    /// <summary>Connections that have not gone.</summary>
    public int Count => _connections.Count;

    public async ValueTask<string> ConnectAsync(string sessionId, string offer, ChannelDialectFactory dialect, CancellationToken cancellationToken)
    {
        if (media is null || _refusing)
        {
            throw new SessionRejectedException(
                RejectReason.Draining, media is null ? "This server carries no media; send the offer to an edge." : "The server is shutting down.");
        }

        var session = await services.Host.FindAsync(sessionId, cancellationToken)
            ?? throw new SessionRejectedException(RejectReason.UnknownSession, "There is no such session.");
        if (session.Status == SessionStatus.Terminated)
        {
            throw new SessionRejectedException(RejectReason.SessionTerminated, "The session has ended.");
        }

        if (!session.Spec.Capabilities.HasFlag(Capabilities.StfWebRtc))
        {
            throw new SessionRejectedException(RejectReason.CapabilityMissing, "The session was made without video over WebRTC.");
        }

        if (_connections.TryGetValue(sessionId, out var current)
            && await current.Entry.AskAsync((known, _) => known.AcceptReoffer(offer)) is { } again)
        {
            await MarkAsync(sessionId, offer, again, cancellationToken);
            return again;
        }

        var poses = await services.Poses.OpenAsync(session.Spec.View, cancellationToken);
        var edge = new EdgeSession(services, Plan(session, poses), dialect);
        var peer = new Peer(media.Peers, edge, media.Loop.Writer);
        var way = new PeerOut(peer);
        edge.Bind(way, at => way.Entry!.ScheduleTick(at));
        string answer;
        try
        {
            answer = peer.AcceptOffer(offer, media.Loop.Now);
            await MarkAsync(sessionId, offer, answer, cancellationToken);
        }
        catch
        {
            poses.Dispose();
            throw;
        }

        edge.Gone = Forget;
        var entry = media.Loop.Add(peer, edge);
        way.Entry = entry;
        Register(edge, entry);
        return answer;
    }

    public void Refuse() => _refusing = true;

    public async Task SendAwayAsync(CancellationToken cancellationToken)
    {
        _refusing = true;
        await Task.WhenAll(_connections.Values.Select(LeaveAsync))
            .WaitAsync(cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        static async Task LeaveAsync((EdgeSession Edge, MediaLoopEntry Entry) one)
        {
            if (await one.Entry.AskAsync((_, _) => one.Edge.SendAway()))
            {
                await one.Edge.Completion;
            }
        }
    }

    /// <summary>Closes every connection and waits until their sessions know, or the token fires.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        _refusing = true;
        var all = _connections.Values.ToArray();
        foreach (var (_, entry) in all)
        {
            entry.Close();
        }

        await Task.WhenAll(all.Select(one => one.Edge.Completion)).WaitAsync(cancellationToken);
    }

    private async ValueTask MarkAsync(string sessionId, string offer, string answer, CancellationToken cancellationToken)
    {
        var marked = await services.Host.Open(sessionId).SendAsync(new MarkExchanged(offer, answer), cancellationToken);
        if (!marked.Accepted)
        {
            throw new SessionRejectedException(marked.Reject!.Value, marked.Detail);
        }
    }

    private static EdgePlan Plan(SessionSnapshot session, Core.Media.IPoseSet poses)
    {
        Span<byte> random = stackalloc byte[16];
        RandomNumberGenerator.Fill(random);
        return new EdgePlan(
            session.Id,
            Convert.ToHexStringLower(random),
            session.Spec,
            poses,
            BinaryPrimitives.ReadInt32LittleEndian(random),
            BinaryPrimitives.ReadUInt32LittleEndian(random[4..]),
            BinaryPrimitives.ReadUInt32LittleEndian(random[8..]),
            BinaryPrimitives.ReadUInt32LittleEndian(random[12..]) % Playout.TickMicroseconds);
    }

    private void Register(EdgeSession edge, MediaLoopEntry entry)
    {
        (EdgeSession Edge, MediaLoopEntry Entry)? older = null;
        _connections.AddOrUpdate(edge.SessionId, (edge, entry), (_, existing) =>
        {
            older = existing;
            return (edge, entry);
        });
        older?.Entry.Post(static (_, state, now) => ((EdgeSession)state!).Replace(now), older.Value.Edge);
    }

    private void Forget(EdgeSession edge)
    {
        if (_connections.TryGetValue(edge.SessionId, out var current) && current.Edge == edge)
        {
            _connections.TryRemove(new KeyValuePair<string, (EdgeSession, MediaLoopEntry)>(edge.SessionId, current));
        }
    }
}

using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using AvatarGrains.Core.Hosting;
using AvatarGrains.Core.Sessions;
using AvatarGrains.WebRtc.Peers;
using AvatarGrains.WebRtc.Sdp;
using AvatarGrains.WebRtc.Sockets;

namespace AvatarGrains.Api.Edge;

/// <summary>
/// Connects clients to sessions: one connection per session, a newer one replaces the older. A later offer of a connection that is up, as an ICE restart
/// brings it, goes on with that connection.
/// </summary>
/// <param name="services">What every connection works with.</param>
/// <param name="media">Where media goes, or null for a server that carries none.</param>
/// <param name="others">The other edges of the cluster, or null.</param>
internal sealed class EdgeHub(EdgeServices services, EdgeMedia? media, IOffers? others) : IEdgeDrain
{
    private readonly ConcurrentDictionary<string, (EdgeSession Edge, MediaLoopEntry Entry)> _connections = new();
    private volatile bool _refusing;

    /// <summary>Connections that have not gone.</summary>
    public int Count => _connections.Count;

    /// <summary>True while this edge connects clients.</summary>
    public bool TakesClients => media is not null && !_refusing;

    /// <summary>Answers an offer, here or at another edge.</summary>
    /// <returns>The complete answer.</returns>
    /// <exception cref="SdpException">The offer cannot be used.</exception>
    /// <exception cref="SessionRejectedException">Unknown or ended session, or one without video; or no edge takes clients.</exception>
    public async ValueTask<string> ConnectAsync(string sessionId, string offer, IConnectionDialect dialect, CancellationToken cancellationToken)
    {
        if (TakesClients)
        {
            return others is not null && await IsConnectedElsewhereAsync(sessionId, offer, cancellationToken) && await others.ContinueAsync(sessionId, offer, cancellationToken) is { } there
                ? there
                : await ConnectHereAsync(sessionId, offer, dialect, cancellationToken);
        }

        try
        {
            return others is not null && await others.AnswerAsync(dialect.Name, sessionId, offer, cancellationToken) is { } there
                ? there
                : throw new SessionRejectedException(RejectReason.Draining, media is null ? "This server carries no media, and no edge does." : "The server is shutting down.");
        }
        catch (SessionRejectedException refused) when (refused.Reason == RejectReason.InvalidArgument)
        {
            throw new SdpException(refused.Message);
        }
    }

    /// <summary>Goes on with a connection that is up here.</summary>
    /// <returns>The answer, or null when there is none or the offer is not of its client.</returns>
    public async ValueTask<string?> ContinueAsync(string sessionId, string offer, CancellationToken cancellationToken)
    {
        if (!_connections.TryGetValue(sessionId, out var current) || await current.Entry.AskAsync((known, _) => known.AcceptReoffer(offer)) is not { } again)
        {
            return null;
        }

        await MarkAsync(sessionId, offer, again, cancellationToken);
        return again;
    }

    /// <summary>Answers an offer here.</summary>
    /// <exception cref="SdpException">The offer cannot be used.</exception>
    /// <exception cref="SessionRejectedException">Unknown or ended session, or one without video.</exception>
    public async ValueTask<string> ConnectHereAsync(string sessionId, string offer, IConnectionDialect dialect, CancellationToken cancellationToken)
    {
        if (media is null)
        {
            throw new SessionRejectedException(RejectReason.Draining, "This server carries no media.");
        }

        var session = await services.Host.FindAsync(sessionId, cancellationToken)
            ?? throw new SessionRejectedException(RejectReason.UnknownSession, "There is no such session.");
        if (session.Status == SessionStatus.Terminated)
        {
            throw new SessionRejectedException(RejectReason.SessionTerminated, "The session has ended.");
        }

        if (!session.Spec.Capabilities.HasFlag(Capabilities.StfWebRtc))
        {
            throw new SessionRejectedException(RejectReason.CapabilityMissing, "The session was made without STF_WEBRTC.");
        }

        if (await ContinueAsync(sessionId, offer, cancellationToken) is { } again)
        {
            return again;
        }

        var poses = await OpenAsync(session.Spec.View, cancellationToken);
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

    /// <summary>A connection that is up and not here may be at another edge: the offer is then of the client whose offer was answered last.</summary>
    private async ValueTask<bool> IsConnectedElsewhereAsync(string sessionId, string offer, CancellationToken cancellationToken) =>
        !_connections.ContainsKey(sessionId)
        && await services.Host.FindAsync(sessionId, cancellationToken) is { Status: SessionStatus.InProgress } session
        && OfferOrigin.IsSame(session.ClientSdp, offer);

    /// <summary>A picture that was deleted since the session was made is left out.</summary>
    private async ValueTask<Core.Media.IPoseSet> OpenAsync(Core.Avatars.AvatarView view, CancellationToken cancellationToken)
    {
        try
        {
            return await services.Poses.OpenAsync(view, cancellationToken);
        }
        catch (KeyNotFoundException) when (view.Background is not null)
        {
            return await services.Poses.OpenAsync(view with { Background = null }, cancellationToken);
        }
    }

    private async ValueTask MarkAsync(string sessionId, string offer, string answer, CancellationToken cancellationToken)
    {
        var marked = await services.Host.SendAsync(sessionId, new MarkExchanged(offer, answer), cancellationToken);
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

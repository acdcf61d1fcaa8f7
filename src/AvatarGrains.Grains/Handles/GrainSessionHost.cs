using System.Security.Cryptography;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Grains.Contracts;
using AvatarGrains.Grains.Sessions;

namespace AvatarGrains.Grains.Handles;

/// <summary>
/// Sessions of the whole cluster, seen from one silo of any role. Each session is a grain; a server on its own is a cluster of one silo.
/// </summary>
internal sealed class GrainSessionHost : ISessionHost
{
    private readonly SessionSilo _silo;
    private readonly SessionCalls _calls;
    private readonly SessionLinks _links;
    private volatile bool _draining;

    public GrainSessionHost(IGrainFactory grains, SessionSilo silo)
    {
        _silo = silo;
        _calls = new SessionCalls(grains, silo);
        _links = new SessionLinks(_calls, silo.Runtime.Clock, silo.Runtime.Services.Policy.ConnectTimeout);
        Rates = new ClusterRates(_calls);
    }

    /// <summary>Requests of tenants, counted over the whole cluster.</summary>
    public IRequestRates Rates { get; }

    /// <summary>Sessions that run here, and those of other silos whose clients are here or still have time to come.</summary>
    public int ActiveSessions => _silo.Count + _links.Expected.Count(id => !_silo.Runs(id));

    public async ValueTask<SessionSnapshot> CreateAsync(SessionSpec spec, CancellationToken cancellationToken)
    {
        if (_draining || _silo.Draining)
        {
            throw new SessionRejectedException(RejectReason.Draining, "The server is shutting down.");
        }

        var id = NewId();
        if (spec.ClientId is null)
        {
            return await MakeAsync(id, spec, cancellationToken);
        }

        if (await ClaimAsync(id, spec, cancellationToken) is { } known)
        {
            return known;
        }

        try
        {
            return await MakeAsync(id, spec, cancellationToken);
        }
        catch
        {
            await _calls.TryAsync(() => ClientIdOf(spec)!.ReleaseAsync(id));
            throw;
        }
    }

    public async ValueTask<SessionSnapshot?> FindByClientIdAsync(string tenant, string dialect, string clientId, CancellationToken cancellationToken)
    {
        var grain = _calls.Grains.GetGrain<IClientIdGrain>(ClientIdKey.Of(tenant, dialect, clientId));
        return await _calls.CallAsync(() => new ValueTask<string?>(grain.FindAsync()), cancellationToken) is { } id
            && await FindAsync(id, cancellationToken) is { Status: not SessionStatus.Terminated } found
            ? found
            : null;
    }

    public async ValueTask<SessionSnapshot?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (_silo.Find(id) is { } here)
        {
            return here.Actor.Snapshot;
        }

        if (_links.Find(id) is null)
        {
            // Sessions that have ended, and ids that were never given, must not make a grain active.
            if (await _silo.Runtime.Services.Store.ReadAsync(id, cancellationToken) is not { } stored)
            {
                return null;
            }

            if (stored.Record.Status == SessionStatus.Terminated || _draining)
            {
                return SessionSnapshot.Of(stored.Record, stored.History);
            }
        }

        return await _calls.CallAsync(() => new ValueTask<SessionSnapshot?>(_calls.Grain(id).FindAsync()), cancellationToken);
    }

    public ISession Open(string id) => new SessionHandle(id, _calls, _links);

    /// <summary>
    /// Takes no new sessions here, moves the sessions that run here to other silos, and lets the clients of other silos' sessions hear
    /// their turns to the end.
    /// </summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        _draining = true;
        var elsewhere = _links.All.Where(link => !_silo.Runs(link.Id)).Select(link => link.LeaveAsync(cancellationToken)).ToList();
        await Task.WhenAll([_silo.DrainAsync(cancellationToken), .. elsewhere]);
    }

    /// <summary>A silo is gone: sessions that were there are looked for elsewhere.</summary>
    public void OnSiloLost(SiloAddress silo)
    {
        foreach (var link in _links.All)
        {
            if (silo.Equals(link.Silo))
            {
                link.Reattach();
            }
            else if (!_calls.IsDirect && !_silo.Runs(link.Id))
            {
                link.Verify();
            }
        }
    }

    private IClientIdGrain? ClientIdOf(SessionSpec spec) =>
        spec.ClientId is { } own ? _calls.Grains.GetGrain<IClientIdGrain>(ClientIdKey.Of(spec.Tenant, spec.Dialect, own)) : null;

    /// <summary>Takes the client's id for a session that is about to be made.</summary>
    /// <returns>The session that has it and has not ended, else null.</returns>
    private async ValueTask<SessionSnapshot?> ClaimAsync(string id, SessionSpec spec, CancellationToken cancellationToken)
    {
        var grain = ClientIdOf(spec)!;
        while (true)
        {
            var owner = await _calls.CallAsync(() => new ValueTask<string>(grain.ClaimAsync(id)), cancellationToken);
            if (owner == id)
            {
                return null;
            }

            if (await FindAsync(owner, cancellationToken) is { Status: not SessionStatus.Terminated } known)
            {
                return known;
            }

            // Its session has ended, or was never made, and that could not be told.
            await _calls.CallAsync(async () =>
            {
                await grain.ReleaseAsync(owner);
                return true;
            }, cancellationToken);
        }
    }

    private async ValueTask<SessionSnapshot> MakeAsync(string id, SessionSpec spec, CancellationToken cancellationToken)
    {
        var services = _silo.Runtime.Services;
        var limits = await services.Quotas.FindAsync(spec.Tenant, cancellationToken);
        if (limits.MaxPerMonth is { } month
            && await services.Store.ReadMeterAsync(spec.Tenant, _silo.Runtime.Clock.Now.Month, cancellationToken) >= month)
        {
            throw await RefuseAsync(
                id, spec, TerminationReason.TotalMinPerMonthQuotaExceeded, "The minutes of this month are used up.", cancellationToken);
        }

        var tenant = _calls.Grains.GetGrain<ITenantGrain>(TenantKey.Of(spec.Tenant));

        // Counted without a limit too: one may be set while they run.
        var most = limits.MaxActiveSessions ?? int.MaxValue;
        if (!await _calls.CallAsync(() => new ValueTask<bool>(tenant.ReserveAsync(id, most)), cancellationToken))
        {
            var words = $"There are {most} active sessions, which is the limit.";
            throw await RefuseAsync(id, spec, TerminationReason.MaxActiveSessionQuotaExceeded, words, cancellationToken);
        }

        try
        {
            var made = await _calls.CallAsync(() => new ValueTask<SessionSnapshot>(_calls.Grain(id).CreateAsync(spec)), cancellationToken);
            _links.NoteMade(id);
            return made;
        }
        catch
        {
            // It is not known whether the session was made; if it was, nobody has its id and it ends by itself.
            await _calls.TryAsync(() => tenant.ReleaseAsync(id));
            throw;
        }
    }

    /// <summary>128 random bits as a UUID, the shape every dialect's clients expect.</summary>
    private static string NewId()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }

    private async ValueTask<SessionRejectedException> RefuseAsync(
        string id, SessionSpec spec, TerminationReason reason, string detail, CancellationToken cancellationToken)
    {
        await SessionActor.RefuseAsync(_silo.Runtime, id, spec, reason, cancellationToken);
        return new SessionRejectedException(RejectReason.QuotaExceeded, detail, id, reason);
    }
}

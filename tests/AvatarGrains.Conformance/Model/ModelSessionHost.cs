using System.Collections.Concurrent;
using System.Security.Cryptography;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Conformance.Model;

/// <summary>
/// The least that runs sessions: actors in a dictionary. A fast model for tests of what uses sessions; servers run them in grains, which
/// pass the same conformance suite.
/// </summary>
public sealed class ModelSessionHost : ISessionHost, IAsyncDisposable
{
    private readonly SessionRuntime _runtime;
    private readonly ConcurrentDictionary<string, SessionActor> _actors = new();
    private readonly TenantCounters _tenants = new();
    private volatile bool _draining;

    private ModelSessionHost(SessionRuntime runtime) => _runtime = runtime;

    public int ActiveSessions => _actors.Count;

    /// <summary>Restores what the store holds and starts.</summary>
    public static async ValueTask<ModelSessionHost> StartAsync(SessionServices services, CancellationToken cancellationToken)
    {
        var host = new ModelSessionHost(new SessionRuntime(services));
        foreach (var record in await services.Store.ListActiveAsync(cancellationToken))
        {
            if (await services.Store.ReadAsync(record.Id, cancellationToken) is not { } stored)
            {
                continue;
            }

            var tenant = stored.Record.Spec.Tenant;
            host._tenants.TryAdd(tenant, null);
            host.Keep(SessionActor.Restore(host.Start(), await services.Quotas.FindAsync(tenant, cancellationToken), stored.Record, stored.History));
        }

        return host;
    }

    public async ValueTask<SessionSnapshot> CreateAsync(SessionSpec spec, CancellationToken cancellationToken)
    {
        if (_draining)
        {
            throw new SessionRejectedException(RejectReason.Draining, "The server is shutting down.");
        }

        if (spec.ClientId is { } own && await FindByClientIdAsync(spec.Tenant, spec.Dialect, own, cancellationToken) is { } known)
        {
            return known;
        }

        var id = NewId();
        var limits = await _runtime.Services.Quotas.FindAsync(spec.Tenant, cancellationToken);
        if (limits.MaxPerMonth is { } month
            && await _runtime.Services.Store.ReadMeterAsync(spec.Tenant, _runtime.Clock.Now.Month, cancellationToken) >= month)
        {
            throw await RefuseAsync(
                id, spec, TerminationReason.TotalMinPerMonthQuotaExceeded, "The minutes of this month are used up.", cancellationToken);
        }

        if (!_tenants.TryAdd(spec.Tenant, limits.MaxActiveSessions))
        {
            var words = $"There are {limits.MaxActiveSessions} active sessions, which is the limit.";
            throw await RefuseAsync(id, spec, TerminationReason.MaxActiveSessionQuotaExceeded, words, cancellationToken);
        }

        SessionActor actor;
        try
        {
            actor = await SessionActor.CreateAsync(Start(), limits, id, spec, cancellationToken);
        }
        catch
        {
            _tenants.Remove(spec.Tenant);
            throw;
        }

        Keep(actor);
        return actor.Snapshot;
    }

    public async ValueTask<SessionSnapshot?> FindAsync(string id, CancellationToken cancellationToken) =>
        _actors.TryGetValue(id, out var actor) ? actor.Snapshot
        : await _runtime.Services.Store.ReadAsync(id, cancellationToken) is { } stored ? SessionSnapshot.Of(stored.Record, stored.History)
        : null;

    public ValueTask<SessionSnapshot?> FindByClientIdAsync(string tenant, string dialect, string clientId, CancellationToken cancellationToken) =>
        new(_actors.Values.Select(a => a.Snapshot)
            .FirstOrDefault(s => (s.Spec.Tenant, s.Spec.Dialect, s.Spec.ClientId) == (tenant, dialect, clientId)));

    public ISession Open(string id) => new Handle(this, id);

    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        _draining = true;
        await Task.WhenAll(_actors.Values.Select(a => a.DrainAsync(cancellationToken)));
    }

    /// <summary>Drains without waiting for turns.</summary>
    public async ValueTask DisposeAsync()
    {
        await DrainAsync(new CancellationToken(canceled: true));
        await _runtime.DisposeAsync();
    }

    /// <summary>128 random bits as a UUID, the shape every dialect's clients expect.</summary>
    private static string NewId()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        return new Guid(bytes).ToString();
    }

    private SessionStart Start() => new(_runtime, new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler, Forget);

    private void Keep(SessionActor actor)
    {
        _actors[actor.Id] = actor;

        // It may have ended before it was kept.
        if (actor.Completion.IsCompleted)
        {
            Forget(actor);
        }
    }

    private void Forget(SessionActor actor)
    {
        if (_actors.TryRemove(KeyValuePair.Create(actor.Id, actor)))
        {
            _tenants.Remove(actor.Snapshot.Spec.Tenant);
        }
    }

    private async ValueTask<SessionRejectedException> RefuseAsync(
        string id, SessionSpec spec, TerminationReason reason, string detail, CancellationToken cancellationToken)
    {
        await SessionActor.RefuseAsync(_runtime, id, spec, reason, cancellationToken);
        return new SessionRejectedException(RejectReason.QuotaExceeded, detail, id, reason);
    }

    private async ValueTask<SessionRejectedException> GoneAsync(string id, CancellationToken cancellationToken) =>
        await _runtime.Services.Store.ReadAsync(id, cancellationToken) is { } stored
            ? stored.Record.Status == SessionStatus.Terminated
                ? new SessionRejectedException(RejectReason.SessionTerminated, "The session has ended.")
                : new SessionRejectedException(RejectReason.Draining, "The server is shutting down.")
            : new SessionRejectedException(RejectReason.UnknownSession, "There is no such session.");

    private sealed class Handle(ModelSessionHost host, string id) : ISession
    {
        public string Id => id;

        public async ValueTask<CommandResult> SendAsync(SessionCommand command, CancellationToken cancellationToken)
        {
            if (host._actors.TryGetValue(id, out var actor))
            {
                return await actor.SendAsync(command, cancellationToken);
            }

            var gone = await host.GoneAsync(id, cancellationToken);
            return CommandResult.Refused(gone.Reason, gone.Message);
        }

        public void PushAudio(ReadOnlySpan<short> samples)
        {
            if (host._actors.TryGetValue(id, out var actor))
            {
                actor.PushAudio(samples);
            }
        }

        public async ValueTask<IAsyncDisposable> SubscribeAsync(ISessionSink sink, CancellationToken cancellationToken) =>
            await (await GetAsync(cancellationToken)).SubscribeAsync(sink, cancellationToken);

        public async IAsyncEnumerable<string> AskTextAsync(
            TextQuestion question, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            var actor = await GetAsync(cancellationToken);
            await foreach (var sentence in actor.Requests.AskTextAsync(question, cancellationToken))
            {
                yield return sentence;
            }
        }

        public async IAsyncEnumerable<SpeechAudio> SynthesizeAsync(
            SpeechRequest request, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            var actor = await GetAsync(cancellationToken);
            await foreach (var piece in actor.Requests.SynthesizeAsync(request, cancellationToken))
            {
                yield return piece;
            }
        }

        public async ValueTask<Transcript> TranscribeAsync(PcmBlock audio, string? language, CancellationToken cancellationToken) =>
            await (await GetAsync(cancellationToken)).Requests.TranscribeAsync(audio, language, cancellationToken);

        private async ValueTask<SessionActor> GetAsync(CancellationToken cancellationToken) =>
            host._actors.TryGetValue(id, out var actor) ? actor : throw await host.GoneAsync(id, cancellationToken);
    }
}

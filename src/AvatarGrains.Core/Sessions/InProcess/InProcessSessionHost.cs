using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;
using Microsoft.Extensions.Logging;

namespace AvatarGrains.Core.Sessions.InProcess;

/// <summary>Runs sessions in this process. Sessions that had not ended when the process did are there again after <see cref="StartAsync"/>.</summary>
public sealed class InProcessSessionHost : ISessionHost, IAsyncDisposable
{
    private readonly SessionRuntime _runtime;
    private readonly ConcurrentDictionary<string, SessionActor> _actors = new();
    private readonly TenantCounters _tenants = new();
    private volatile bool _draining;

    private InProcessSessionHost(SessionRuntime runtime) => _runtime = runtime;

    public int ActiveSessions => _actors.Count;

    /// <summary>Restores what the store holds and starts.</summary>
    public static async ValueTask<InProcessSessionHost> StartAsync(SessionServices services, CancellationToken cancellationToken)
    {
        var host = new InProcessSessionHost(new SessionRuntime(services));
        foreach (var record in await services.Store.ListActiveAsync(cancellationToken))
        {
            if (await services.Store.ReadAsync(record.Id, cancellationToken) is not { } stored)
            {
                continue;
            }

            var tenant = stored.Record.Spec.Tenant;
            host._tenants.TryAdd(tenant, null);
            host.Keep(SessionActor.Restore(host._runtime, await services.Quotas.FindAsync(tenant, cancellationToken), stored.Record, stored.History, host.Forget));
        }

        if (!host._actors.IsEmpty)
        {
            services.Log.LogInformation("Restored {Count} sessions.", host._actors.Count);
        }

        return host;
    }

    public async ValueTask<SessionSnapshot> CreateAsync(SessionSpec spec, CancellationToken cancellationToken)
    {
        if (_draining)
        {
            throw new SessionRejectedException(RejectReason.Draining, "The server is shutting down.");
        }

        var id = NewId();
        var limits = await _runtime.Services.Quotas.FindAsync(spec.Tenant, cancellationToken);
        if (limits.MaxPerMonth is { } month
            && await _runtime.Services.Store.ReadMeterAsync(spec.Tenant, _runtime.Clock.Now.Month, cancellationToken) >= month)
        {
            throw await RefuseAsync(id, spec, TerminationReason.TotalMinPerMonthQuotaExceeded, "The minutes of this month are used up.", cancellationToken);
        }

        if (!_tenants.TryAdd(spec.Tenant, limits.MaxActiveSessions))
        {
            var words = $"There are {limits.MaxActiveSessions} active sessions, which is the limit.";
            throw await RefuseAsync(id, spec, TerminationReason.MaxActiveSessionQuotaExceeded, words, cancellationToken);
        }

        SessionActor actor;
        try
        {
            actor = await SessionActor.CreateAsync(_runtime, limits, id, spec, Forget, cancellationToken);
        }
        catch
        {
            _tenants.Remove(spec.Tenant);
            throw;
        }

        Keep(actor);
        return actor.Snapshot;
    }

    public async ValueTask<SessionSnapshot?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (_actors.TryGetValue(id, out var actor))
        {
            return actor.Snapshot;
        }

        if (await _runtime.Services.Store.ReadAsync(id, cancellationToken) is not { } stored)
        {
            return null;
        }

        var r = stored.Record;
        return new SessionSnapshot(
            r.Id, r.Spec, r.Status, r.Reason, r.CreatedAt, r.Metered, r.Turn, stored.History, r.ConnectedAt, r.EndedAt, r.ClientSdp, r.ServerSdp);
    }

    public async ValueTask<CommandResult> SendAsync(string id, SessionCommand command, CancellationToken cancellationToken)
    {
        if (_actors.TryGetValue(id, out var actor))
        {
            return await actor.SendAsync(command, cancellationToken);
        }

        var gone = await GoneAsync(id, cancellationToken);
        return CommandResult.Refused(gone.Reason, gone.Message);
    }

    public void PushAudio(string id, ReadOnlySpan<short> samples)
    {
        if (_actors.TryGetValue(id, out var actor))
        {
            actor.PushAudio(samples);
        }
    }

    public async ValueTask<IAsyncDisposable> SubscribeAsync(string id, ISessionSink sink, CancellationToken cancellationToken) =>
        await (await GetAsync(id, cancellationToken)).SubscribeAsync(sink, cancellationToken);

    public async IAsyncEnumerable<string> AskTextAsync(string id, TextQuestion question, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var actor = await GetAsync(id, cancellationToken);
        await foreach (var sentence in actor.AskTextAsync(question, cancellationToken))
        {
            yield return sentence;
        }
    }

    public async IAsyncEnumerable<SpeechAudio> SynthesizeAsync(string id, SpeechRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var actor = await GetAsync(id, cancellationToken);
        await foreach (var piece in actor.SynthesizeAsync(request, cancellationToken))
        {
            yield return piece;
        }
    }

    public async ValueTask<Transcript> TranscribeAsync(string id, PcmBlock audio, string? language, CancellationToken cancellationToken) =>
        await (await GetAsync(id, cancellationToken)).TranscribeAsync(audio, language, cancellationToken);

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
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }

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

    private async ValueTask<SessionActor> GetAsync(string id, CancellationToken cancellationToken) =>
        _actors.TryGetValue(id, out var actor) ? actor : throw await GoneAsync(id, cancellationToken);

    private async ValueTask<SessionRejectedException> GoneAsync(string id, CancellationToken cancellationToken) =>
        await _runtime.Services.Store.ReadAsync(id, cancellationToken) is { } stored
            ? stored.Record.Status == SessionStatus.Terminated
                ? new SessionRejectedException(RejectReason.SessionTerminated, "The session has ended.")
                : new SessionRejectedException(RejectReason.Draining, "The server is shutting down.")
            : new SessionRejectedException(RejectReason.UnknownSession, "There is no such session.");
}

using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using AvatarGrains.Grains.Contracts;
using AvatarGrains.Grains.Placement;
using AvatarGrains.Grains.Sessions;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Media;

namespace AvatarGrains.Grains.Hosting;

/// <summary>
/// Sessions of the whole cluster, seen from one silo of any role. A call goes to the session's silo; outputs come by its stream. What a call's answer says has happened,
/// the sinks here have been told before the answer is given.
/// </summary>
internal sealed class ClusterSessionHost : ISessionHost
{
    private readonly IGrainFactory _grains;
    private readonly SessionSilo _silo;
    private readonly LinkServices _services;
    private readonly ConcurrentDictionary<string, SessionLink> _links = new();
    private readonly ConcurrentDictionary<string, AudioUplink> _uplinks = new();
    private readonly ConcurrentDictionary<string, TimeSpan> _made = new();
    private volatile bool _draining;

    public ClusterSessionHost(IGrainFactory grains, SessionSilo silo, SiloProbe? probe)
    {
        _grains = grains;
        _silo = silo;
        _services = new LinkServices(grains, silo, probe, Forget);
        Rates = new ClusterRates(_services);
    }

    /// <summary>Requests of tenants, counted over the whole cluster.</summary>
    public IRequestRates Rates { get; }

    /// <summary>Sessions that run here, and those of other silos whose clients are here or were not given time to come.</summary>
    public int ActiveSessions
    {
        get
        {
            var old = _silo.Runtime.Clock.Monotonic - _silo.Runtime.Services.Policy.ConnectTimeout;
            foreach (var (id, at) in _made.Where(m => m.Value < old))
            {
                _made.TryRemove(KeyValuePair.Create(id, at));
            }

            return _silo.Count + _links.Keys.Concat(_made.Keys).Distinct().Count(id => !_silo.Runs(id));
        }
    }

    public async ValueTask<SessionSnapshot> CreateAsync(SessionSpec spec, CancellationToken cancellationToken)
    {
        if (_draining || _silo.Draining)
        {
            throw new SessionRejectedException(RejectReason.Draining, "The server is shutting down.");
        }

        var id = NewId();
        var services = _silo.Runtime.Services;
        var limits = await services.Quotas.FindAsync(spec.Tenant, cancellationToken);
        if (limits.MaxPerMonth is { } month
            && await services.Store.ReadMeterAsync(spec.Tenant, _silo.Runtime.Clock.Now.Month, cancellationToken) >= month)
        {
            throw await RefuseAsync(id, spec, TerminationReason.TotalMinPerMonthQuotaExceeded, "The minutes of this month are used up.", cancellationToken);
        }

        var tenant = _grains.GetGrain<ITenantGrain>(TenantKey.Of(spec.Tenant));
        // Counted without a limit too: one may be set while they run.
        var most = limits.MaxActiveSessions ?? int.MaxValue;
        if (!await _services.CallAsync(() => tenant.ReserveAsync(id, most), cancellationToken))
        {
            var words = $"There are {most} active sessions, which is the limit.";
            throw await RefuseAsync(id, spec, TerminationReason.MaxActiveSessionQuotaExceeded, words, cancellationToken);
        }

        try
        {
            var wire = SpecWire.From(spec);
            var made = await _services.CallAsync(() => _grains.GetGrain<ISessionGrain>(id).CreateAsync(wire), cancellationToken);
            _made[id] = _silo.Runtime.Clock.Monotonic;
            return made.Read();
        }
        catch
        {
            // It is not known whether the session was made; if it was, nobody has its id and it ends by itself.
            await _services.TryAsync(() => tenant.ReleaseAsync(id));
            throw;
        }
    }

    public async ValueTask<SessionSnapshot?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (!_links.ContainsKey(id) && !_silo.Runs(id))
        {
            // Sessions that have ended, and ids that were never given, must not make a grain active.
            if (await _silo.Runtime.Services.Store.ReadAsync(id, cancellationToken) is not { } stored)
            {
                return null;
            }

            if (stored.Record.Status == SessionStatus.Terminated || _draining)
            {
                var r = stored.Record;
                return new SessionSnapshot(
                    r.Id, r.Spec, r.Status, r.Reason, r.CreatedAt, r.Metered, r.Turn, stored.History, r.ConnectedAt, r.EndedAt, r.ClientSdp, r.ServerSdp);
            }
        }

        return (await _services.CallAsync(() => _grains.GetGrain<ISessionGrain>(id).FindAsync(), cancellationToken))?.Read();
    }

    public async ValueTask<CommandResult> SendAsync(string id, SessionCommand command, CancellationToken cancellationToken)
    {
        if (_uplinks.TryGetValue(id, out var uplink))
        {
            await uplink.FlushAsync();
        }

        if (command is Ask { Id: null } ask)
        {
            // Named, so that it may be sent again when its answer was lost.
            command = ask with { Id = Guid.NewGuid().ToString("n") };
        }

        _links.TryGetValue(id, out var link);
        link?.Note(command);
        var grain = _grains.GetGrain<ISessionGrain>(id);
        var wire = CommandWire.From(command);
        CommandReply reply;
        try
        {
            reply = MayRepeat(command)
                ? await _services.CallAsync(() => grain.SendAsync(wire, _services.Local), cancellationToken)
                : await SendOnceAsync(grain, wire, cancellationToken);
        }
        catch (SessionRejectedException e)
        {
            return CommandResult.Refused(e.Reason, e.Message);
        }

        if (link is not null)
        {
            await link.ReachAsync(reply.Mark, cancellationToken);
        }

        if (reply.Reject is (int)RejectReason.SessionTerminated or (int)RejectReason.UnknownSession || command is EndSession)
        {
            _made.TryRemove(id, out _);
        }

        return reply.Read();
    }

    public void PushAudio(string id, ReadOnlySpan<short> samples)
    {
        // Only for sessions that have a client here: an id must not cost anything because somebody guesses it.
        if (_links.ContainsKey(id))
        {
            _uplinks.GetOrAdd(id, static (key, host) => new AudioUplink(host._grains.GetGrain<ISessionGrain>(key), host._services.Run, host._silo.Log), this)
                .Push(samples);
        }
    }

    public async ValueTask<IAsyncDisposable> SubscribeAsync(string id, ISessionSink sink, CancellationToken cancellationToken)
    {
        while (true)
        {
            var link = _links.GetOrAdd(id, static (key, services) => new SessionLink(key, services), _services);
            try
            {
                if (await link.AddAsync(sink, cancellationToken))
                {
                    return new Subscription(this, id, link, sink);
                }
            }
            catch
            {
                if (!link.IsAttached)
                {
                    Forget(id, link);
                }

                throw;
            }

            Forget(id, link);
        }
    }

    public async IAsyncEnumerable<string> AskTextAsync(string id, TextQuestion question, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var grain = _grains.GetGrain<ISessionGrain>(id);
        var answer = RemoteItems.ReadAsync(
            _services,
            () => grain.AskTextAsync(question.Text, question.ClearHistory, cancellationToken).WithBatchSize(1),
            item => item.Refusal,
            cancellationToken);
        await foreach (var item in answer)
        {
            yield return item.Sentence!;
        }
    }

    public async IAsyncEnumerable<SpeechAudio> SynthesizeAsync(string id, SpeechRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var grain = _grains.GetGrain<ISessionGrain>(id);
        var wire = SpeechRequestWire.From(request);
        var speech = RemoteItems.ReadAsync(
            _services, () => grain.SynthesizeAsync(wire, cancellationToken).WithBatchSize(4), item => item.Refusal, cancellationToken);
        await foreach (var item in speech)
        {
            yield return item.Speech!.Read();
        }
    }

    public async ValueTask<Transcript> TranscribeAsync(string id, PcmBlock audio, string? language, CancellationToken cancellationToken)
    {
        var pcm = MemoryMarshal.AsBytes(audio.Samples.Span).ToArray();
        var reply = await _services.CallAsync(
            () => _grains.GetGrain<ISessionGrain>(id).TranscribeAsync(pcm, audio.SampleRate, language, cancellationToken), cancellationToken);
        return reply.Refusal is { } refusal ? throw refusal.Read() : new Transcript(reply.Text, reply.Confidence, reply.Understood);
    }

    /// <summary>
    /// Takes no new sessions here, moves the sessions that run here to other silos, and lets the clients of other silos' sessions hear their turns to the end.
    /// </summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        _draining = true;
        var elsewhere = _links.Where(l => !_silo.Runs(l.Key)).Select(l => l.Value.LeaveAsync(cancellationToken)).ToList();
        await Task.WhenAll([_silo.DrainAsync(cancellationToken), .. elsewhere]);
    }

    /// <summary>A silo is gone: sessions that were there are looked for elsewhere.</summary>
    public void OnSiloLost(SiloAddress silo)
    {
        foreach (var link in _links.Values)
        {
            if (silo.Equals(link.Silo))
            {
                link.Reattach();
            }
            else if (!_services.IsDirect)
            {
                link.Verify();
            }
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

    /// <summary>Done twice it is as if done once, so it may be sent again when its answer was lost. A question is known by its id.</summary>
    private static bool MayRepeat(SessionCommand command) => command is not (Say or RecordEvent or BeginClientSpeech or AppendClientSpeech or EndClientSpeech);

    /// <summary>Sends what must not be done twice: again only when the session refused it because it is being moved, or it surely did not arrive.</summary>
    private async Task<CommandReply> SendOnceAsync(ISessionGrain grain, CommandWire wire, CancellationToken cancellationToken) =>
        await _services.CallAsync(
            async () =>
            {
                try
                {
                    return await grain.SendAsync(wire, _services.Local);
                }
                catch (Exception e) when (LinkServices.IsTransient(e) && !LinkServices.IsUndelivered(e))
                {
                    throw new SessionRejectedException(RejectReason.Busy, "The session's server does not answer: " + e.Message);
                }
            },
            cancellationToken);

    private void Forget(string id, SessionLink link)
    {
        _links.TryRemove(KeyValuePair.Create(id, link));
        _uplinks.TryRemove(id, out _);
        _made.TryRemove(id, out _);
    }

    private async ValueTask<SessionRejectedException> RefuseAsync(
        string id, SessionSpec spec, TerminationReason reason, string detail, CancellationToken cancellationToken)
    {
        await SessionActor.RefuseAsync(_silo.Runtime, id, spec, reason, cancellationToken);
        return new SessionRejectedException(RejectReason.QuotaExceeded, detail, id, reason);
    }

    private sealed class Subscription(ClusterSessionHost host, string id, SessionLink link, ISessionSink sink) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            if (await link.RemoveAsync(sink))
            {
                host.Forget(id, link);
            }
        }
    }
}

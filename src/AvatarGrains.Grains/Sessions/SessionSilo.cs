using System.Collections.Concurrent;
using AvatarGrains.Grains.Configuration;
using AvatarGrains.Grains.Contracts;
using AvatarGrains.Grains.Placement;
using AvatarGrains.Grains.Streams;
using AvatarGrains.Core.Sessions;
using Microsoft.Extensions.Logging;
using Orleans.Streams;

namespace AvatarGrains.Grains.Sessions;

/// <summary>What the sessions of one silo share, and which there are. Thread-safe.</summary>
internal sealed class SessionSilo : IAsyncDisposable
{
    /// <summary>Name of the stream provider that carries the feeds.</summary>
    public const string Streams = "media";

    /// <summary>Namespace of the feeds; also the type of the grains that produce them.</summary>
    public const string Namespace = "session";

    /// <summary>
    /// Silent sessions on their way to another silo at once. All at once would answer again only when the last of them is active there; a
    /// few at a time, each is away for a moment.
    /// </summary>
    internal const int MovesAtOnce = 32;

    private readonly ConcurrentDictionary<string, RunningSession> _sessions = new();
    private readonly IStreamProvider _streams;
    private volatile bool _draining;

    public SessionSilo(SessionServices services, IStreamProvider streams, SiloDirectory silos, ClusterTimes times, ILogger<SessionSilo> log)
    {
        Orphans = new OrphanWatch(times.OrphanCheck);
        Times = times;
        Runtime = new SessionRuntime(services);
        _streams = streams;
        Silos = silos;
        Log = log;
    }

    public SessionRuntime Runtime { get; }

    public SiloDirectory Silos { get; }

    public ClusterTimes Times { get; }

    /// <summary>Has sessions looked after whose silo is lost.</summary>
    public OrphanWatch Orphans { get; }

    public ILogger Log { get; }

    /// <summary>The silo takes no sessions any more.</summary>
    public bool Draining => _draining;

    public int Count => _sessions.Count;

    /// <summary>The session, if it runs here.</summary>
    public RunningSession? Find(string session) => _sessions.GetValueOrDefault(session);

    public bool Runs(string session) => _sessions.ContainsKey(session);

    /// <summary>Outputs travel without a queue.</summary>
    public bool IsDirect => _streams is DirectStreamProvider;

    public IAsyncStream<FeedBatch> StreamOf(string session) => _streams.GetStream<FeedBatch>(StreamId.Create(Namespace, session));

    public void Add(RunningSession session) => _sessions[session.Id] = session;

    public void Remove(RunningSession session) => _sessions.TryRemove(KeyValuePair.Create(session.Id, session));

    /// <summary>
    /// Saves and stops every session here and has it go on elsewhere: silent ones a few at a time, others when their turn is over. Turns
    /// may finish until the token fires. Returns when the sessions are gone from here.
    /// </summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        _draining = true;
        var sessions = _sessions.Values.ToList();
        using var places = new SemaphoreSlim(MovesAtOnce);
        await Task.WhenAll(sessions.Select(s => MoveAsync(s, places, cancellationToken)));
        await Task.WhenAll(sessions.Select(s => s.Left))
            .WaitAsync(Times.Move, TimeProvider.System, CancellationToken.None)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>A silo is gone.</summary>
    public void OnSiloLost(SiloAddress silo)
    {
        foreach (var session in _sessions.Values)
        {
            session.OnSiloLost(silo);
        }
    }

    public ValueTask DisposeAsync() => Runtime.DisposeAsync();

    private async Task MoveAsync(RunningSession session, SemaphoreSlim places, CancellationToken cancellationToken)
    {
        await places.WaitAsync(CancellationToken.None);
        try
        {
            if (session.Actor.IsQuiet)
            {
                await session.Actor.DrainAsync(cancellationToken);
                await session.Left.WaitAsync(Times.Move, TimeProvider.System, cancellationToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return;
            }
        }
        finally
        {
            places.Release();
        }

        await session.Actor.DrainAsync(cancellationToken);
    }
}

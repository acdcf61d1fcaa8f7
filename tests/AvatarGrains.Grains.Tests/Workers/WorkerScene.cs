using System.Collections.Concurrent;
using AvatarGrains.Grains.Configuration;
using AvatarGrains.Grains.Placement;
using AvatarGrains.Grains.Tests.Harness;
using AvatarGrains.Grains.Workers;
using AvatarGrains.Conformance;
using AvatarGrains.Conformance.Scripted;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Speech;

namespace AvatarGrains.Grains.Tests.Workers;

/// <summary>A cluster whose silos each have engines of their own, so that a test sees which worker was asked.</summary>
public abstract class WorkerScene : IAsyncDisposable
{
    private readonly ConcurrentDictionary<int, ScriptedEngines> _engines = new();
    private readonly ConcurrentDictionary<int, ScriptedSegments> _segments = new();
    private readonly HostFixture _fixture = new();
    private LocalCluster? _cluster;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected LocalCluster Cluster => _cluster!;

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _cluster?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    /// <summary>The engines that workers on a silo call.</summary>
    protected ScriptedEngines Engines(int silo) => _engines.GetOrAdd(silo, _ => new ScriptedEngines());

    /// <summary>The speech that workers on a silo make.</summary>
    protected ScriptedSegments Speech(int silo) => _segments.GetOrAdd(silo, _ => new ScriptedSegments());

    /// <summary>The engines as everybody else on a silo has them.</summary>
    protected IEngineCatalog Catalog(int silo) => Cluster.Service<IEngineCatalog>(silo);

    protected ISegmentSource Segments(int silo) => Cluster.Service<ISegmentSource>(silo);

    private protected WorkerGates Gates(int silo) => Cluster.Service<WorkerGates>(silo);

    /// <summary>One place for each kind of work on each worker, and one more may wait.</summary>
    private protected Task StartAsync(params SiloRoles[] roles)
    {
        var one = new WorkerLimit(1, 1);
        return StartAsync(new WorkerLimits { Asr = one, Llm = one, Tts = one, Face = one }, roles);
    }

    /// <summary>Returns when the only place at a gate is free.</summary>
    private protected static async Task FreeAsync(WorkerGate gate)
    {
        Assert.True(await gate.TryEnterAsync(TimeSpan.Zero, Token));
        gate.Leave();
    }

    private protected async Task StartAsync(WorkerLimits limits, params SiloRoles[] roles) => _cluster = await LocalCluster.StartAsync(
        silo => _fixture.Services() with { Engines = Engines(silo), Knowledge = Engines(silo), Segments = Speech(silo) },
        LocalCluster.Times,
        limits,
        FeedTransport.Direct,
        roles);

    private protected static async Task<List<T>> AllAsync<T>(IAsyncEnumerable<T> pieces)
    {
        List<T> all = [];
        await foreach (var piece in pieces.WithCancellation(Token))
        {
            all.Add(piece);
        }

        return all;
    }
}

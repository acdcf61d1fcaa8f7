using System.Collections.Concurrent;
using AvatarGrains.Grains.Configuration;
using AvatarGrains.Grains.Placement;
using AvatarGrains.Grains.Tests.Harness;
using AvatarGrains.Conformance;
using AvatarGrains.Conformance.Scripted;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Grains.Tests;

/// <summary>Engines that need a GPU run where one is; the others run anywhere.</summary>
public sealed class GpuPlacementTests : IAsyncDisposable
{
    private readonly HostFixture _fixture = new();
    private readonly ConcurrentDictionary<int, ScriptedEngines> _engines = new();
    private LocalCluster? _cluster;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _cluster?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Theory]
    [InlineData(SiloRoles.Session)]
    [InlineData(SiloRoles.Session | SiloRoles.Worker)]
    public async Task Engine_that_needs_a_gpu_runs_on_the_silo_that_has_one(SiloRoles session)
    {
        await StartAsync(["scripted"], SiloRoles.Edge, session, SiloRoles.Worker, SiloRoles.Worker | SiloRoles.Gpu);
        await AskAsync(8);
        Assert.Equal([0, 0, 0, 8], _engines.OrderBy(e => e.Key).Select(e => e.Value.Chat.Calls.Count));
    }

    [Fact]
    public async Task Engine_that_needs_none_runs_on_every_worker()
    {
        await StartAsync(["another"], SiloRoles.Edge, SiloRoles.Session, SiloRoles.Worker, SiloRoles.Worker | SiloRoles.Gpu);
        await AskAsync(40);
        Assert.Equal(40, _engines[2].Chat.Calls.Count + _engines[3].Chat.Calls.Count);
        Assert.All([2, 3], n => Assert.InRange(_engines[n].Chat.Calls.Count, 1, 39));
    }

    [Fact]
    public async Task Turn_that_needs_a_gpu_where_none_is_is_apologised_for_and_the_session_lives()
    {
        await StartAsync(["scripted"], SiloRoles.Edge, SiloRoles.Session, SiloRoles.Worker);
        var (id, sink) = await TalkAsync();
        await _cluster!.Host(0).Open(id).SendAsync(Perform.Ask("anybody?"), Token);
        Assert.Equal(EngineFault.Unavailable, (await sink.WaitAsync<TurnFailed>()).Fault);
        Assert.Equal(SessionStatus.InProgress, (await _cluster.Host(0).FindAsync(id, Token))!.Status);
    }

    [Theory]
    [InlineData("dev/nvidia0", SiloRoles.Worker, SiloRoles.Worker | SiloRoles.Gpu)]
    [InlineData("dev/kfd", SiloRoles.All, SiloRoles.All | SiloRoles.Gpu)]
    [InlineData("dev/nvidia0", SiloRoles.Edge | SiloRoles.Session, SiloRoles.Edge | SiloRoles.Session)]
    [InlineData("dev/null", SiloRoles.Worker, SiloRoles.Worker)]
    [InlineData("dev/null", SiloRoles.Worker | SiloRoles.Gpu, SiloRoles.Worker | SiloRoles.Gpu)]
    public void Worker_that_finds_a_gpu_offers_it(string device, SiloRoles configured, SiloRoles roles)
    {
        var root = Directory.CreateTempSubdirectory("avatargrains-").FullName;
        Directory.CreateDirectory(Path.Combine(root, "dev"));
        File.WriteAllText(Path.Combine(root, device), "");
        Assert.Equal(roles, GpuProbe.AddTo(configured, root));
        Directory.Delete(root, recursive: true);
    }

    private async Task StartAsync(string[] gpu, params SiloRoles[] roles) => _cluster = await LocalCluster.StartAsync(
        n => _fixture.Services() with { Engines = _engines[n] = new ScriptedEngines() },
        LocalCluster.Times, new WorkerLimits { GpuEngines = gpu }, FeedTransport.Direct, roles);

    private async Task AskAsync(int times)
    {
        var (id, sink) = await TalkAsync();
        for (var i = 0; i < times; i++)
        {
            Assert.True((await _cluster!.Host(0).Open(id).SendAsync(Perform.Ask($"question {i}"), Token)).Accepted);
            await sink.WaitAsync<SegmentBegan>(s => s.Text == $"You said question {i}.");
        }
    }

    private async Task<(string Id, RecordingSink Sink)> TalkAsync()
    {
        var id = (await _cluster!.Host(0).CreateAsync(HostFixture.Spec(), Token)).Id;
        var sink = new RecordingSink();
        await _cluster.Host(0).Open(id).SubscribeAsync(sink, Token);
        Assert.True((await _cluster.Host(0).Open(id).SendAsync(new TransportConnected("c" + id), Token)).Accepted);
        return (id, sink);
    }
}

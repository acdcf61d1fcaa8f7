using AvatarGrains.Grains.Configuration;
using AvatarGrains.Grains.Placement;
using AvatarGrains.Grains.Tests.Harness;
using AvatarGrains.Conformance;
using AvatarGrains.Conformance.Scripted;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Storage.InMemory;

namespace AvatarGrains.Grains.Tests;

/// <summary>What clients notice of a queue between them and their session that keeps things too long, or loses them.</summary>
public sealed class QueueFeedTests : IAsyncLifetime
{
    private readonly HostFixture _fixture = new();
    private readonly TamperedQueues _queues = new(new InMemorySharedQueues(TimeSpan.FromSeconds(5), TimeProvider.System));
    private readonly CutOffStore[] _stores;
    private LocalCluster? _cluster;

    public QueueFeedTests() => _stores = [.. Enumerable.Range(0, 4).Select(_ => new CutOffStore(_fixture.Store))];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private LocalCluster Cluster => _cluster!;

    public async ValueTask InitializeAsync() => _cluster = await LocalCluster.StartAsync(
        n => _fixture.Services() with { Store = _stores[n] },
        LocalCluster.Times,
        new WorkerLimits(),
        Feeds.Through(_queues),
        SiloRoles.Edge,
        SiloRoles.Session,
        SiloRoles.Session,
        SiloRoles.Worker);

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _stores)
        {
            store.Release();
        }

        await (_cluster?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    [Fact]
    public async Task What_an_earlier_activation_said_and_the_queue_gives_out_late_is_not_heard()
    {
        var (id, sink) = await TalkAsync();
        await SendAsync(id, new Ask("first"));
        await sink.WaitAsync<TurnComplete>();
        var seen = sink.Outputs.Max(o => o.Turn);
        var silo = Cluster.SiloOf(id);
        _stores[silo].Dead = true;
        await Cluster.KillAsync(silo);
        var began = await sink.WaitAsync<TurnBegan>(t => t.Turn > seen);
        await _queues.RepeatAsync();
        await SendAsync(id, new Ask("second"));
        await sink.WaitAsync<SegmentBegan>(s => s.Text == "You said second.");
        await _queues.RepeatAsync();
        await SendAsync(id, new Ask("third"));
        await sink.WaitAsync<SegmentBegan>(s => s.Text == "You said third.");
        var outputs = sink.Outputs.ToList();
        Assert.DoesNotContain(outputs.Skip(outputs.IndexOf(began)), o => o.Turn < began.Turn);
        Assert.Single(outputs.OfType<SegmentBegan>(), s => s.Text == "You said second.");
    }

    [Fact]
    public async Task Lost_item_has_the_edge_join_anew_and_costs_nobody_a_word()
    {
        var (id, sink) = await TalkAsync();
        await SendAsync(id, new Ask("first"));
        await sink.WaitAsync<TurnComplete>();
        var lost = _queues.LoseNext();
        var asking = SendAsync(id, new Ask("second"));
        await lost;
        await sink.WaitAsync<SegmentBegan>(s => s.Text == "You said second.");
        await asking;
        await SendAsync(id, new Ask("third"));
        await sink.WaitAsync<SegmentBegan>(s => s.Text == "You said third.");
        Assert.Equal([1, 2, 3], sink.Outputs.OfType<TurnBegan>().Select(t => t.Turn));
    }

    [Fact]
    public async Task Idle_session_puts_nothing_on_the_queue()
    {
        var (id, sink) = await TalkAsync();
        await SendAsync(id, new Ask("first"));
        var said = await sink.WaitAsync<TurnComplete>();
        await SendAsync(id, new ReportPlayout(said.Turn, 0, 60_000, Finished: true));
        await sink.WaitAsync<PhaseChanged>(p => p.Turn == said.Turn && p.Phase == ConversationPhase.Idle);
        var added = _queues.Added;
        for (var i = 0; i < 12; i++)
        {
            _fixture.Time.Advance(TimeSpan.FromSeconds(5));
            await SendAsync(id, new Heartbeat());
        }

        Assert.Equal(added, _queues.Added);
    }

    private async Task<(string Id, RecordingSink Sink)> TalkAsync()
    {
        var id = (await Cluster.Host(0).CreateAsync(HostFixture.Spec(), Token)).Id;
        var sink = new RecordingSink();
        await Cluster.Host(0).SubscribeAsync(id, sink, Token);
        await SendAsync(id, new TransportConnected("c" + id));
        return (id, sink);
    }

    private async Task SendAsync(string id, SessionCommand command)
    {
        var result = await Cluster.Host(0).SendAsync(id, command, Token);
        Assert.True(result.Accepted, $"{command}: {result.Reject} {result.Detail}");
    }
}

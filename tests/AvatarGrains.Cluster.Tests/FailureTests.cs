using System.Diagnostics;
using AvatarGrains.Cluster.Configuration;
using AvatarGrains.Cluster.Placement;
using AvatarGrains.Cluster.Sessions;
using AvatarGrains.Cluster.Tests.Harness;
using AvatarGrains.Conformance;
using AvatarGrains.Conformance.Scripted;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Hosting;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Storage;

namespace AvatarGrains.Cluster.Tests;

/// <summary>What clients notice when silos die, leave, are cut off, or have too much to do.</summary>
public sealed class FailureTests : IAsyncDisposable
{
    private readonly HostFixture _fixture = new();
    private readonly Dictionary<int, CutOffStore> _stores = [];
    private readonly Dictionary<int, HeldSegments> _held = [];
    private LocalCluster? _cluster;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private LocalCluster Cluster => _cluster!;

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _stores.Values)
        {
            store.Release();
        }

        foreach (var held in _held.Values)
        {
            held.Released.TrySetResult();
        }

        await (_cluster?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    [Fact]
    public async Task Session_of_a_killed_silo_goes_on_elsewhere_and_nothing_stale_is_heard()
    {
        await StartAsync(SiloRoles.Edge, SiloRoles.Session, SiloRoles.Session, SiloRoles.Worker);
        var (id, sink) = await TalkAsync(0);
        await SendAsync(0, id, new Ask("first"));
        await sink.WaitAsync<SpeechChunk>();
        var seen = sink.Outputs.Max(o => o.Turn);
        var silo = Cluster.SiloOf(id);
        _stores[silo].Dead = true;
        var killed = Stopwatch.GetTimestamp();
        await Cluster.KillAsync(silo);
        var began = await sink.WaitAsync<TurnBegan>(t => t.Turn > seen);
        TestContext.Current.TestOutputHelper!.WriteLine($"again after {Stopwatch.GetElapsedTime(killed).TotalMilliseconds:F0} ms");
        await SendAsync(0, id, new Ask("second"));
        await sink.WaitAsync<SegmentBegan>(s => s.Text == "You said second.");
        Assert.NotEqual(silo, Cluster.SiloOf(id));
        var outputs = sink.Outputs.ToList();
        Assert.DoesNotContain(outputs.Skip(outputs.IndexOf(began)), o => o.Turn < began.Turn);
        var found = await Cluster.Host(0).FindAsync(id, Token);
        Assert.Equal((SessionStatus.InProgress, "first"), (found!.Status, found.History[0].Text));
    }

    [Fact]
    public async Task Session_of_a_silo_that_leaves_finishes_and_moves()
    {
        await StartAsync(SiloRoles.Edge, SiloRoles.Session, SiloRoles.Session, SiloRoles.Worker);
        var (id, sink) = await TalkAsync(0);
        var silo = Cluster.SiloOf(id);
        var asked = Stopwatch.GetTimestamp();
        var stopping = Cluster.StopAsync(silo);
        var began = await sink.WaitAsync<TurnBegan>();
        TestContext.Current.TestOutputHelper!.WriteLine($"moved after {Stopwatch.GetElapsedTime(asked).TotalMilliseconds:F0} ms");
        await SendAsync(0, id, new Ask("still there?"));
        await sink.WaitAsync<SegmentBegan>(s => s.Text == "You said still there?." && s.Turn >= began.Turn);
        await stopping;
        Assert.Equal(SessionStatus.InProgress, (await Cluster.Host(0).FindAsync(id, Token))!.Status);
    }

    [Fact]
    public async Task Client_of_a_killed_edge_goes_on_at_another_edge_with_its_history()
    {
        await StartAsync(SiloRoles.Edge, SiloRoles.Edge, SiloRoles.Session, SiloRoles.Worker);
        var (id, sink) = await TalkAsync(0);
        await SendAsync(0, id, new Ask("first"));
        await sink.WaitAsync<TurnComplete>();
        var edge = Cluster.Address(0);
        await Cluster.KillAsync(0);
        await Cluster.LostAsync(2, edge);
        var again = new RecordingSink();
        await Cluster.Host(1).SubscribeAsync(id, again, Token);
        await SendAsync(1, id, new TransportConnected("second"));
        await SendAsync(1, id, new Ask("second"));
        await again.WaitAsync<SegmentBegan>(s => s.Text == "You said second.");
        Assert.Equal("first", (await Cluster.Host(1).FindAsync(id, Token))!.History[0].Text);
    }

    [Fact]
    public async Task Client_of_a_killed_edge_that_does_not_come_back_is_lost_after_the_grace_time()
    {
        await StartAsync(SiloRoles.Edge, SiloRoles.Edge, SiloRoles.Session, SiloRoles.Worker);
        var (id, _) = await TalkAsync(0);
        var edge = Cluster.Address(0);
        await Cluster.KillAsync(0);
        await Cluster.LostAsync(2, edge);
        var sink = new RecordingSink();
        await Cluster.Host(1).SubscribeAsync(id, sink, Token);
        await Cluster.Host(1).SendAsync(id, new ReportPlayout(-1, 0, 0, false), Token);
        _fixture.Time.Advance(_fixture.Policy.GraceTime + TimeSpan.FromMilliseconds(2));
        Assert.Equal(TerminationReason.SessionLostAfterConnection, (await sink.WaitAsync<SessionEnded>()).Reason);
    }

    [Fact]
    public async Task Sentence_of_a_lost_worker_is_finished_by_another_without_repeating()
    {
        await StartAsync(SiloRoles.Edge, SiloRoles.Session, SiloRoles.Worker, SiloRoles.Worker);
        var (id, sink) = await TalkAsync(0);
        await SendAsync(0, id, new Say("A sentence of some length."));
        await sink.WaitAsync<SpeechChunk>();
        var worker = await Task.WhenAny(_held[2].Holding.Task, _held[3].Holding.Task) == _held[2].Holding.Task ? 2 : 3;
        _held[5 - worker].Hold = false;
        var killing = Cluster.KillAsync(worker);
        await sink.WaitAsync<TurnComplete>();
        _held[worker].Released.SetResult();
        await killing;
        var chunks = sink.Outputs.OfType<SpeechChunk>().ToList();
        Assert.Equal("A sentence of some length.".Length * ScriptedSegments.MsPerCharacter / 20, chunks.Sum(c => c.Packets.Count));
        Assert.Equal(Enumerable.Range(0, chunks.Count), chunks.Select(c => c.Sequence));
        Assert.DoesNotContain(sink.Outputs, o => o is TurnFailed);
    }

    [Fact]
    public async Task Turn_that_no_worker_has_room_for_is_apologised_for_and_the_session_lives()
    {
        var limits = new WorkerLimits { Chat = new WorkerLimit(1, 0) };
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _fixture.Engines.Chat.Answer = (question, token) => HeldAsync(question, release.Task);
        await StartAsync(limits, SiloRoles.Edge, SiloRoles.Session, SiloRoles.Worker);
        var (first, _) = await TalkAsync(0);
        await SendAsync(0, first, new Ask("slow"));
        await _fixture.Engines.Chat.WaitForCallsAsync(1);
        var (second, sink) = await TalkAsync(0);
        await SendAsync(0, second, new Ask("quick"));
        Assert.Equal(EngineFault.Overloaded, (await sink.WaitAsync<TurnFailed>()).Fault);
        Assert.Equal(SessionStatus.InProgress, (await Cluster.Host(0).FindAsync(second, Token))!.Status);
        release.SetResult();
    }

    [Fact]
    public async Task Session_that_another_writer_has_changed_starts_anew_from_the_store()
    {
        await StartAsync(SiloRoles.Edge, SiloRoles.Session, SiloRoles.Session, SiloRoles.Worker);
        var (id, sink) = await TalkAsync(0);
        var stored = (await _fixture.Store.ReadAsync(id, Token))!.Value.Record;
        var line = new HistoryLine(1, Speaker.User, "written elsewhere", _fixture.Time.GetUtcNow());
        await _fixture.Store.WriteAsync(new SessionWrite(stored with { Version = stored.Version + 1 }, [line]), Token);
        await Cluster.Host(0).SendAsync(id, new Ask("lost to the conflict"), Token);
        await sink.WaitAsync<TurnBegan>(t => t.Turn > 1);
        await SendAsync(0, id, new Ask("and now?"));
        await sink.WaitAsync<SegmentBegan>(s => s.Text == "You said and now?.");
        Assert.Equal("written elsewhere", (await Cluster.Host(0).FindAsync(id, Token))!.History[0].Text);
    }

    [Fact]
    public async Task Silo_that_is_cut_off_cannot_write_over_the_session_that_went_on_without_it()
    {
        await StartAsync(SiloRoles.Edge, SiloRoles.Session, SiloRoles.Session, SiloRoles.Worker);
        var (id, sink) = await TalkAsync(0);
        var silo = Cluster.SiloOf(id);
        var old = Cluster.Service<SessionSilo>(silo).Find(id)!;
        Assert.True(await Cluster.SuspectAsync(silo, by: 0));
        await sink.WaitAsync<TurnBegan>();
        await SendAsync(0, id, new Ask("who owns it?"));
        var late = await old.SendAsync(new RecordEvent("SESSION_LOG", "from the old silo"), Token);
        Assert.False(late.Accepted);
        Assert.Empty(await _fixture.Store.ListEventsAsync(id, Token));
        Assert.Equal("who owns it?", (await Cluster.Host(0).FindAsync(id, Token))!.History[0].Text);
    }

    [Fact]
    public async Task Five_hundred_sessions_speak_at_once()
    {
        const int sessions = 500;
        await StartAsync(SiloRoles.Edge, SiloRoles.Session, SiloRoles.Session, SiloRoles.Worker);
        _held[3].Hold = false;
        var started = Stopwatch.GetTimestamp();
        var talks = await Task.WhenAll(Enumerable.Range(0, sessions).Select(_ => TalkAsync(0)));
        TestContext.Current.TestOutputHelper!.WriteLine($"{sessions} sessions in {Stopwatch.GetElapsedTime(started).TotalMilliseconds:F0} ms");
        await Task.WhenAll(talks.Select(t => SendAsync(0, t.Id, new Say("Short."))));
        await Task.WhenAll(talks.Select(t => t.Sink.WaitAsync<TurnComplete>()));
        Assert.All(talks, t => Assert.Equal(30, t.Sink.Outputs.OfType<SpeechChunk>().Sum(c => c.Packets.Count)));
        Assert.Equal(sessions, Cluster.Service<SessionSilo>(1).Count + Cluster.Service<SessionSilo>(2).Count);
        Assert.All([1, 2], n => Assert.InRange(Cluster.Service<SessionSilo>(n).Count, 50, 450));
    }

    private static async IAsyncEnumerable<string> HeldAsync(string question, Task release)
    {
        await release;
        yield return question + ".";
    }

    private Task StartAsync(params SiloRoles[] roles) => StartAsync(new WorkerLimits { Speech = new WorkerLimit(64, 1000) }, roles);

    private async Task StartAsync(WorkerLimits limits, params SiloRoles[] roles)
    {
        for (var i = 0; i < roles.Length; i++)
        {
            _stores[i] = new CutOffStore(_fixture.Store);
            _held[i] = new HeldSegments(_fixture.Segments) { Hold = TestContext.Current.TestMethod!.MethodName.StartsWith("Sentence_of", StringComparison.Ordinal) };
        }

        _cluster = await LocalCluster.StartAsync(
            n => _fixture.Services() with { Store = _stores[n], Segments = _held[n] }, LocalCluster.Times with { FirstPiece = TimeSpan.FromSeconds(30) }, limits, roles);
    }

    private async Task<(string Id, RecordingSink Sink)> TalkAsync(int edge)
    {
        var host = Cluster.Host(edge);
        var id = (await host.CreateAsync(HostFixture.Spec(), Token)).Id;
        var sink = new RecordingSink();
        await host.SubscribeAsync(id, sink, Token);
        await SendAsync(edge, id, new TransportConnected("c" + id));
        return (id, sink);
    }

    private async Task SendAsync(int edge, string id, SessionCommand command)
    {
        var result = await Cluster.Host(edge).SendAsync(id, command, Token);
        Assert.True(result.Accepted, $"{command}: {result.Reject} {result.Detail}");
    }
}

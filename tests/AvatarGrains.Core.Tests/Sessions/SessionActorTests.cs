using AvatarGrains.Conformance;
using AvatarGrains.Conformance.Scripted;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Storage;
using AvatarGrains.Testing;

namespace AvatarGrains.Core.Tests.Sessions;

[Collection(AloneCollection.Name)]
public sealed class SessionActorTests : IAsyncDisposable
{
    private readonly HostFixture _fixture = new();
    private readonly CutOffStore _store;
    private SessionRuntime? _runtime;
    private int _stopped;

    public SessionActorTests() => _store = new CutOffStore(_fixture.Store);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _runtime?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task Full_mailbox_answers_busy_and_still_ends()
    {
        var actor = await StartAsync();
        _store.Dead = true;
        var stuck = actor.SendAsync(new ClearHistory(), Token);
        List<Task<CommandResult>> sent = [];
        for (var i = 0; i < 1000; i++)
        {
            sent.Add(actor.SendAsync(new Heartbeat(), Token).AsTask());
        }

        var refused = sent.Where(t => t.IsCompleted).ToList();
        Assert.InRange(refused.Count, 1000 - 129, 1000 - 127);
        Assert.All(await Task.WhenAll(refused), r => Assert.Equal(RejectReason.Busy, r.Reject));
        Assert.False(actor.SendAsync(new EndSession(TerminationReason.GracefulTermination), Token).IsCompleted);
        Assert.False(stuck.IsCompleted);
    }

    [Fact]
    public async Task Interruption_takes_effect_while_the_store_does_not_answer_and_is_answered_when_it_does()
    {
        var actor = await StartAsync();
        var sink = new RecordingSink();
        await using var subscription = await actor.SubscribeAsync(sink, Token);
        await actor.SendAsync(new TransportConnected("c"), Token);
        await actor.SendAsync(Perform.Say("A long sentence that is being said while the disk is slow."), Token);
        var spoken = await sink.WaitAsync<SpeechChunk>();
        _store.Dead = true;
        var slow = actor.SendAsync(new RecordEvent("SESSION_LOG", "waits for the disk"), Token).AsTask();
        var interrupted = actor.SendAsync(new Interrupt(), Token).AsTask();
        await sink.WaitAsync<TurnBegan>(t => t.Turn > spoken.Turn);
        await sink.WaitAsync<PhaseChanged>(p => p.Phase == ConversationPhase.Idle && p.Turn > spoken.Turn);
        var outputs = sink.Outputs.ToList();
        var began = outputs.FindLastIndex(o => o is TurnBegan);
        Assert.DoesNotContain(outputs.Skip(began), o => o.Turn <= spoken.Turn);
        Assert.False(slow.IsCompleted || interrupted.IsCompleted);
        _store.Release();
        Assert.Equal(RejectReason.Draining, (await interrupted).Reject);
        Assert.Equal(RejectReason.Draining, (await slow).Reject);
    }

    [Fact]
    public async Task Failed_write_is_refused_tried_again_and_counted_once()
    {
        var actor = await StartAsync();
        await actor.SendAsync(new TransportConnected("c"), Token);
        _store.FailNext = new IOException("disk full");
        Assert.Equal(RejectReason.EngineFailed, (await actor.SendAsync(new RecordEvent("SESSION_LOG", "x"), Token)).Reject);
        Assert.Empty(await _fixture.Store.ListEventsAsync(actor.Id, Token));
        _fixture.Time.Advance(TimeSpan.FromSeconds(2));
        await actor.SendAsync(new ReportPlayout(-1, 0, 0, false), Token);
        Assert.Single(await _fixture.Store.ListEventsAsync(actor.Id, Token));
        await actor.SendAsync(new EndSession(TerminationReason.GracefulTermination), Token);
        Assert.Equal(TimeSpan.FromSeconds(2), await _fixture.Store.ReadMeterAsync("", "2026-03", Token));
    }

    [Fact]
    public async Task Answer_is_counted_with_the_time_to_its_first_speech()
    {
        var actor = await StartAsync();
        var sink = new RecordingSink();
        await using var subscription = await actor.SubscribeAsync(sink, Token);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _fixture.Engines.Chat.Answer = (question, _) => HeldAsync(question, release.Task);
        await actor.SendAsync(new TransportConnected("c"), Token);
        await actor.SendAsync(Perform.Ask("slow"), Token);
        await _fixture.Engines.Chat.WaitForCallsAsync(1);
        _fixture.Time.Advance(TimeSpan.FromMilliseconds(120));
        release.SetResult();
        await sink.WaitAsync<SpeechChunk>();
        var turns = _runtime!.Services.Metrics;
        Assert.Equal([0L, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0], turns.Answers());
        Assert.Equal((TimeSpan.FromMilliseconds(120), 0L), (turns.Waited, turns.Failed));
    }

    [Fact]
    public async Task Write_whose_answer_is_lost_is_not_taken_for_another_writers_and_counts_once()
    {
        var actor = await StartAsync();
        await actor.SendAsync(new TransportConnected("c"), Token);
        _store.LoseNextAnswer = true;
        Assert.Equal(RejectReason.EngineFailed, (await actor.SendAsync(new RecordEvent("SESSION_LOG", "1"), Token)).Reject);
        _fixture.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.True((await actor.SendAsync(new RecordEvent("SESSION_LOG", "2"), Token)).Accepted);
        Assert.Equal(["1", "2"], (await _fixture.Store.ListEventsAsync(actor.Id, Token)).Select(e => e.Detail));
        Assert.True((await actor.SendAsync(new EndSession(TerminationReason.GracefulTermination), Token)).Accepted);
        Assert.Equal(TimeSpan.FromSeconds(2), await _fixture.Store.ReadMeterAsync("", "2026-03", Token));
        Assert.Equal(TerminationReason.GracefulTermination, (await _fixture.Store.ReadAsync(actor.Id, Token))!.Value.Record.Reason);
    }

    [Fact]
    public async Task Copy_that_lost_its_session_to_another_stops()
    {
        var actor = await StartAsync();
        var stored = (await _fixture.Store.ReadAsync(actor.Id, Token))!.Value.Record;
        await _fixture.Store.WriteAsync(new SessionWrite(stored with { Version = stored.Version + 1 }, []), Token);
        Assert.Equal(RejectReason.Draining, (await actor.SendAsync(new MarkExchanged("o", "a"), Token)).Reject);
        await actor.Completion;
        Assert.True(_stopped > 0);
    }

    [Fact]
    public async Task Speech_runs_no_further_ahead_than_it_may()
    {
        var actor = await StartAsync();
        var sink = new RecordingSink();
        await actor.SubscribeAsync(sink, Token);
        await actor.SendAsync(
            Perform.Say("A sentence of one hundred characters lasts for ten whole seconds in this test, so it is cut in pieces."), Token);
        await sink.WaitAsync<SpeechChunk>(c => c.Sequence == 15);
        await actor.SendAsync(new ReportPlayout(-1, 0, 0, false), Token);
        Assert.InRange(sink.Outputs.OfType<SpeechChunk>().Sum(c => c.Speech.PacketCount * 20), 3000, 3200);
        _fixture.Time.Advance(TimeSpan.FromMilliseconds(200));
        await sink.WaitAsync<SpeechChunk>(c => c.Sequence == 16);
        Assert.InRange(sink.Outputs.OfType<SpeechChunk>().Sum(c => c.Speech.PacketCount * 20), 3200, 3400);
    }

    [Fact]
    public async Task Sink_that_throws_loses_its_subscription_only()
    {
        var actor = await StartAsync();
        var good = new RecordingSink();
        await actor.SubscribeAsync(new ThrowingSink(), Token);
        await actor.SubscribeAsync(good, Token);
        Assert.True((await actor.SendAsync(Perform.Say("Hello."), Token)).Accepted);
        await good.WaitAsync<TurnComplete>();
    }

    [Fact]
    public async Task Idle_sessions_share_one_timer()
    {
        for (var i = 0; i < 50; i++)
        {
            await (await StartAsync()).SendAsync(new TransportConnected("c"), Token);
        }

        Assert.Equal(1, _fixture.Time.ArmedTimers);
    }

    [Fact]
    public async Task Idle_session_is_small()
    {
        const int count = 2000;
        var actors = new SessionActor[count];
        await (await StartAsync()).SendAsync(new TransportConnected("c"), Token);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < count; i++)
        {
            actors[i] = await StartAsync();
            await actors[i].SendAsync(new TransportConnected("c"), Token);
        }

        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / count;
        TestContext.Current.TestOutputHelper?.WriteLine($"{each} bytes per idle session, its stored copy included");
        Assert.InRange(each, 0, 150_000);
        GC.KeepAlive(actors);
    }

    private async Task<SessionActor> StartAsync()
    {
        _runtime ??= new SessionRuntime(_fixture.Services() with { Store = _store });
        var start = new SessionStart(_runtime, new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler, _ => Interlocked.Increment(ref _stopped));
        return await SessionActor.CreateAsync(start, _fixture.Limits, Guid.NewGuid().ToString(), HostFixture.Spec(), Token);
    }

    private sealed class ThrowingSink : ISessionSink
    {
        public void Deliver(SessionOutput output) => throw new InvalidOperationException("a sink's bug");
    }

    private static async IAsyncEnumerable<string> HeldAsync(string question, Task release)
    {
        await release;
        yield return question + ".";
    }
}

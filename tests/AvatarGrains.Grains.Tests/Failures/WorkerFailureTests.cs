using AvatarGrains.Grains.Configuration;
using AvatarGrains.Grains.Placement;
using AvatarGrains.Grains.Tests.Harness;
using AvatarGrains.Conformance.Scripted;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Grains.Tests.Failures;

/// <summary>What clients notice when workers die or have too much to do.</summary>
public sealed class WorkerFailureTests : FailureScene
{
    [Fact]
    public async Task Sentence_of_a_lost_worker_is_finished_by_another_without_repeating()
    {
        await StartAsync(SiloRoles.Edge, SiloRoles.Session, SiloRoles.Worker, SiloRoles.Worker);
        Speech(2).Hold = Speech(3).Hold = true;
        var (id, sink) = await TalkAsync(0);
        await SendAsync(0, id, Perform.Say("A sentence of some length."));
        await sink.WaitAsync<SpeechChunk>();
        var worker = await Task.WhenAny(Speech(2).Holding.Task, Speech(3).Holding.Task) == Speech(2).Holding.Task ? 2 : 3;
        Speech(5 - worker).Hold = false;
        var killing = Cluster.KillAsync(worker);
        await sink.WaitAsync<TurnComplete>();
        Speech(worker).Released.SetResult();
        await killing;
        var chunks = sink.Outputs.OfType<SpeechChunk>().ToList();
        Assert.Equal("A sentence of some length.".Length * ScriptedSegments.MsPerCharacter / 20, chunks.Sum(c => c.Speech.PacketCount));
        Assert.Equal(Enumerable.Range(0, chunks.Count), chunks.Select(c => c.Sequence));
        Assert.DoesNotContain(sink.Outputs, o => o is TurnFailed);
    }

    [Fact]
    public async Task Turn_that_no_worker_has_room_for_is_apologised_for_and_the_session_lives()
    {
        var limits = new WorkerLimits { Llm = new WorkerLimit(1, 0) };
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Fixture.Engines.Chat.Answer = (question, token) => HeldAsync(question, release.Task);
        await StartAsync(limits, SiloRoles.Edge, SiloRoles.Session, SiloRoles.Worker);
        var (first, _) = await TalkAsync(0);
        await SendAsync(0, first, Perform.Ask("slow"));
        await Fixture.Engines.Chat.WaitForCallsAsync(1);
        var (second, sink) = await TalkAsync(0);
        await SendAsync(0, second, Perform.Ask("quick"));
        Assert.Equal(EngineFault.Overloaded, (await sink.WaitAsync<TurnFailed>()).Fault);
        Assert.Equal(SessionStatus.InProgress, (await Cluster.Host(0).FindAsync(second, Token))!.Status);
        release.SetResult();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Sentence_of_a_worker_that_says_nothing_is_spoken_by_another(bool fromTheStart)
    {
        await StartAsync(
            LocalCluster.Times with { FirstPiece = TimeSpan.FromSeconds(5) }, new WorkerLimits(), SiloRoles.Edge,
            SiloRoles.Session, SiloRoles.Worker, SiloRoles.Worker);
        var holds = 0;
        foreach (var worker in new[] { Speech(2), Speech(3) })
        {
            (worker.Silent, worker.Hold, worker.May) = (fromTheStart, true, () => Interlocked.Increment(ref holds) == 1);
        }

        var (id, sink) = await TalkAsync(0);
        await SendAsync(0, id, Perform.Say("A sentence of some length."));
        var slow = await Task.WhenAny(Speech(2).Holding.Task, Speech(3).Holding.Task) == Speech(2).Holding.Task ? 2 : 3;
        await sink.WaitAsync<TurnComplete>();
        Assert.Equal(
            "A sentence of some length.".Length * ScriptedSegments.MsPerCharacter / 20,
            sink.Outputs.OfType<SpeechChunk>().Sum(c => c.Speech.PacketCount));
        Assert.DoesNotContain(sink.Outputs, o => o is TurnFailed);
        Assert.False(Speech(slow).Released.Task.IsCompleted);
    }

    [Fact]
    public async Task Answer_of_the_only_worker_that_falls_silent_is_apologised_for_and_the_session_lives()
    {
        var never = new TaskCompletionSource();
        Fixture.Engines.Chat.Answer = (question, token) => question == "slow" ? HeldAsync(question, never.Task) : ScriptedChatClient.Deltas("Fine.");
        await StartAsync(
            LocalCluster.Times with { FirstPiece = TimeSpan.FromSeconds(5) }, new WorkerLimits(),
            SiloRoles.Edge, SiloRoles.Session, SiloRoles.Worker);
        var (id, sink) = await TalkAsync(0);
        await SendAsync(0, id, Perform.Ask("slow"));
        var failed = await sink.WaitAsync<TurnFailed>();
        await sink.WaitAsync<SegmentBegan>(s => s.Turn == failed.Turn);
        await SendAsync(0, id, Perform.Ask("quick"));
        await sink.WaitAsync<SegmentBegan>(s => s.Text == "Fine.");
        never.SetResult();
    }

    private static async IAsyncEnumerable<string> HeldAsync(string question, Task release)
    {
        await release;
        yield return question + ".";
    }
}

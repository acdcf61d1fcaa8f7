using AvatarGrains.Grains.Placement;
using AvatarGrains.Grains.Tests.Harness;
using AvatarGrains.Conformance.Scripted;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Grains.Tests.Failures;

/// <summary>A question that was taken is answered, whatever dies meanwhile, and it is stored once.</summary>
public sealed class QuestionFailureTests : FailureScene
{
    [Fact]
    public async Task Question_that_a_killed_silo_stored_but_did_not_acknowledge_is_stored_once_and_answered_by_the_next()
    {
        await StartAsync(SiloRoles.Edge, SiloRoles.Session, SiloRoles.Session, SiloRoles.Worker);
        var (id, sink) = await TalkAsync(0);
        var silo = Cluster.SiloOf(id);
        var stored = Store(silo).DieAfterNextWrite();
        var asking = Cluster.Host(0).Open(id).SendAsync(Perform.Ask("once?", "q1"), Token).AsTask();
        await stored.WaitAsync(LocalCluster.Patience, TimeProvider.System);
        Assert.False(asking.IsCompleted);
        await KillAsync(silo);
        Assert.True((await asking).Accepted);
        await AnsweredOnceAsync(id, sink, "once?");
    }

    [Fact]
    public async Task Question_that_a_killed_silo_took_but_did_not_store_is_stored_once_and_answered_by_the_next()
    {
        await StartAsync(SiloRoles.Edge, SiloRoles.Session, SiloRoles.Session, SiloRoles.Worker);
        var (id, sink) = await TalkAsync(0);
        var silo = Cluster.SiloOf(id);
        Store(silo).Dead = true;
        var asking = Cluster.Host(0).Open(id).SendAsync(Perform.Ask("at all?"), Token).AsTask();
        await sink.WaitAsync<UserCaption>();
        await KillAsync(silo);
        Assert.True((await asking).Accepted);
        await AnsweredOnceAsync(id, sink, "at all?");
    }

    [Fact]
    public async Task Acknowledged_question_whose_silo_dies_before_a_word_was_heard_is_answered_by_the_next()
    {
        var (called, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        Fixture.Engines.Chat.Answer = (question, token) => FirstHeldAsync(question, called, release.Task);
        await StartAsync(SiloRoles.Edge, SiloRoles.Session, SiloRoles.Session, SiloRoles.Worker);
        var (id, sink) = await TalkAsync(0);
        await SendAsync(0, id, Perform.Ask("promised?"));
        await called.Task.WaitAsync(LocalCluster.Patience, TimeProvider.System);
        var silo = Cluster.SiloOf(id);
        await KillAsync(silo);
        await AnsweredOnceAsync(id, sink, "promised?");
        release.SetResult();
    }

    [Fact]
    public async Task Question_that_was_interrupted_is_not_answered_after_its_silo_died()
    {
        var (called, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        Fixture.Engines.Chat.Answer = (question, token) => FirstHeldAsync(question, called, release.Task);
        await StartAsync(SiloRoles.Edge, SiloRoles.Session, SiloRoles.Session, SiloRoles.Worker);
        var (id, sink) = await TalkAsync(0);
        await SendAsync(0, id, Perform.Ask("never mind?"));
        await called.Task.WaitAsync(LocalCluster.Patience, TimeProvider.System);
        await SendAsync(0, id, new Interrupt());
        var silo = Cluster.SiloOf(id);
        await KillAsync(silo);
        await SendAsync(0, id, Perform.Ask("another?"));
        await AnsweredOnceAsync(id, sink, "another?");
        Assert.DoesNotContain(sink.Outputs.OfType<SegmentBegan>(), s => s.Text.Contains("never mind", StringComparison.Ordinal));
        release.SetResult();
    }

    [Fact]
    public async Task Questions_asked_while_the_silo_leaves_are_each_stored_once_in_order()
    {
        await StartAsync(SiloRoles.Edge, SiloRoles.Session, SiloRoles.Session, SiloRoles.Worker);
        var (id, sink) = await TalkAsync(0);
        var stopping = Cluster.StopAsync(Cluster.SiloOf(id));
        var asked = new List<string>();
        while (!stopping.IsCompleted || asked.Count < 3)
        {
            asked.Add($"{asked.Count}?");
            await SendAsync(0, id, Perform.Ask(asked[^1]));
        }

        await stopping;
        await AnsweredOnceAsync(id, sink, asked[^1]);
        Assert.Equal(asked, from line in await HistoryAsync(id) where line.Speaker == Speaker.User select line.Text);
    }

    /// <summary>The newest turn answers the question, whole and once, and it is stored once.</summary>
    private async Task AnsweredOnceAsync(string id, RecordingSink sink, string question)
    {
        var answer = await sink.WaitAsync<TurnComplete>(
            t => sink.Outputs.OfType<SegmentBegan>().Any(s => s.Turn == t.Turn && s.Text == $"You said {question}."));
        Assert.Equal($"You said {question}.", Assert.Single(sink.Outputs.OfType<SegmentBegan>(), s => s.Turn == answer.Turn).Text);
        Assert.Equal(answer.Turn, sink.Outputs.Max(o => o.Turn));
        var packets = answer.Segments * $"You said {question}.".Length * ScriptedSegments.MsPerCharacter / 20;
        Assert.Equal(packets, sink.Outputs.OfType<SpeechChunk>().Where(c => c.Turn == answer.Turn).Sum(c => c.Speech.PacketCount));
        await SendAsync(0, id, new ReportPlayout(answer.Turn, 0, packets * 20, true));
        var lines = await HistoryAsync(id);
        Assert.Single(lines, l => l.Speaker == Speaker.User && l.Text == question);
        Assert.Equal((Speaker.Avatar, $"You said {question}.", false), (lines[^1].Speaker, lines[^1].Text, lines[^1].Interrupted));
    }

    private static async IAsyncEnumerable<string> FirstHeldAsync(string question, TaskCompletionSource called, Task release)
    {
        if (called.TrySetResult())
        {
            await release.WaitAsync(LocalCluster.Patience, TimeProvider.System);
        }

        yield return $"You said {question}.";
    }
}

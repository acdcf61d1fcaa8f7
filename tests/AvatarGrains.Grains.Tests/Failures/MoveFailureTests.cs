using System.Diagnostics;
using AvatarGrains.Grains.Configuration;
using AvatarGrains.Grains.Placement;
using AvatarGrains.Grains.Tests.Harness;
using AvatarGrains.Conformance;
using AvatarGrains.Conformance.Scripted;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Grains.Tests.Failures;

/// <summary>What clients notice when sessions move.</summary>
public class MoveFailureTests : FailureScene
{
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
        await SendAsync(0, id, Perform.Ask("still there?"));
        await sink.WaitAsync<SegmentBegan>(s => s.Text == "You said still there?." && s.Turn >= began.Turn);
        await stopping;
        Assert.Equal(SessionStatus.InProgress, (await Cluster.Host(0).FindAsync(id, Token))!.Status);
    }

    [Fact]
    public async Task Sessions_of_a_silo_that_leaves_move_once_and_at_once_while_it_lets_a_turn_of_another_finish()
    {
        const int sessions = 12;
        var (held, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        Fixture.Segments.Before = async (request, token) =>
        {
            if (request.Text == "Held.")
            {
                held.TrySetResult();
                await release.Task.WaitAsync(token);
            }
        };
        await StartAsync(
            LocalCluster.Times with { Drain = LocalCluster.Patience }, new WorkerLimits(), SiloRoles.Edge, SiloRoles.Session, SiloRoles.Session,
            SiloRoles.Worker);
        var talks = await Task.WhenAll(Enumerable.Range(0, sessions).Select(_ => TalkAsync(0)));
        var silo = Cluster.SiloOf(talks[0].Id);
        await SendAsync(0, talks[0].Id, Perform.Say("Held."));
        await held.Task.WaitAsync(LocalCluster.Patience, TimeProvider.System);
        var moving = talks.Skip(1).Where(t => Cluster.SiloOf(t.Id) == silo).ToList();
        Assert.NotEmpty(moving);
        var stopping = Cluster.StopAsync(silo);
        foreach (var (id, sink) in moving)
        {
            var moved = await sink.WaitAsync<TurnBegan>();
            Assert.Equal(3 - silo, Cluster.SiloOf(id));
            await SendAsync(0, id, Perform.Ask("where?"));
            await sink.WaitAsync<SegmentBegan>(s => s.Text == "You said where?." && s.Turn > moved.Turn);
        }

        Assert.False(stopping.IsCompleted);
        release.SetResult();
        var said = await talks[0].Sink.WaitAsync<TurnComplete>();
        await SendAsync(0, talks[0].Id, new ReportPlayout(said.Turn, 0, 500, true));
        await stopping;
        await talks[0].Sink.WaitAsync<TurnBegan>(t => t.Turn > said.Turn);
        Assert.All(moving, t => Assert.Equal(2, t.Sink.Outputs.OfType<TurnBegan>().Count()));
        Fixture.Time.Advance(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Client_of_another_edge_gets_the_words_and_all_the_speech_that_came_before_it_found_the_moved_session()
    {
        await StartAsync(SiloRoles.Edge, SiloRoles.Edge, SiloRoles.Session, SiloRoles.Session, SiloRoles.Worker);
        var (id, sink) = await TalkAsync(0);
        Cluster.Calls(0).Hold("AttachAsync");
        var silo = Cluster.SiloOf(id);
        await Cluster.StopAsync(silo);
        var asking = new RecordingSink();
        await Cluster.Host(1).Open(id).SubscribeAsync(asking, Token);
        await SendAsync(1, id, Perform.Ask("who hears?"));
        await asking.WaitAsync<TurnComplete>();
        Cluster.Calls(0).Release("AttachAsync");
        var words = await sink.WaitAsync<SegmentBegan>();
        await sink.WaitAsync<TurnComplete>(t => t.Turn == words.Turn);
        Assert.Equal("You said who hears?.", words.Text);
        Assert.Equal(Spoken(asking), Spoken(sink));
        Assert.Equal("who hears?", Assert.Single(sink.Outputs.OfType<UserCaption>()).Text);
        Assert.Equal(sink.Outputs.Select(o => o.Turn).Order(), sink.Outputs.Select(o => o.Turn));
    }

    [Fact]
    public async Task Session_that_is_looked_for_while_it_moves_is_found()
    {
        await StartAsync(SiloRoles.Edge, SiloRoles.Edge, SiloRoles.Session, SiloRoles.Session, SiloRoles.Worker);
        var (id, _) = await TalkAsync(0);
        var stopping = Cluster.StopAsync(Cluster.SiloOf(id));
        while (!stopping.IsCompleted)
        {
            Assert.Equal(SessionStatus.InProgress, (await Cluster.Host(1).FindAsync(id, Token))?.Status);
        }

        await stopping;
    }

    [Fact]
    public async Task Questions_by_text_are_answered_while_their_session_moves_and_stored_once()
    {
        await StartAsync(SiloRoles.Edge, SiloRoles.Session, SiloRoles.Session, SiloRoles.Worker);
        var (id, sink) = await TalkAsync(0);
        var stopping = Cluster.StopAsync(Cluster.SiloOf(id));
        List<string> answered = [];
        for (var n = 0; !stopping.IsCompleted || n < 3; n++)
        {
            try
            {
                var answer = await Cluster.Host(0).Open(id).AskTextAsync(new TextQuestion($"{n}?", false), Token).ToListAsync(Token);
                Assert.Equal($"You said {n}?.", Assert.Single(answer));
                answered.Add($"{n}?");
            }
            catch (SessionRejectedException e) when (e.Reason == RejectReason.Busy)
            {
                // Its silo stopped in the middle of this one.
            }
        }

        await stopping;
        await sink.WaitAsync<TurnBegan>();
        Assert.True(answered.Count >= 2, "Only one question may meet the moment of the move.");
        var stored = (from line in await HistoryAsync(id) where line.Speaker == Speaker.User select line.Text).ToList();
        Assert.Equal(stored.Distinct(), stored);
        Assert.Equal(answered, stored.Intersect(answered));
    }

    [Fact]
    public async Task Quota_ends_a_moved_session_with_its_reason_and_all_its_minutes()
    {
        Fixture.Limits = TenantLimits.Local with { MaxPerSession = TimeSpan.FromMinutes(5) };
        await StartAsync(SiloRoles.Edge, SiloRoles.Session, SiloRoles.Session, SiloRoles.Worker);
        var (id, sink) = await TalkAsync(0);
        Fixture.Time.Advance(TimeSpan.FromMinutes(3));
        await SendAsync(0, id, new ReportPlayout(-1, 0, 0, false));
        await Cluster.StopAsync(Cluster.SiloOf(id));
        await sink.WaitAsync<TurnBegan>();
        await SendAsync(0, id, new TransportConnected("c" + id));
        Fixture.Time.Advance(TimeSpan.FromMinutes(2) + TimeSpan.FromMilliseconds(2));
        Assert.Equal(TerminationReason.MaxMinPerSessionQuotaExceeded, (await sink.WaitAsync<SessionEnded>()).Reason);
        var (record, _) = (await Fixture.Store.ReadAsync(id, Token))!.Value;
        Assert.Equal(
            (SessionStatus.Terminated, TerminationReason.MaxMinPerSessionQuotaExceeded, TimeSpan.FromMinutes(5)),
            (record.Status, record.Reason, record.Metered));
        Assert.Single(sink.Outputs.OfType<SessionEnded>());
    }

    [Fact]
    public async Task Silence_of_a_client_that_only_asks_ends_its_moved_session_with_its_reason()
    {
        await StartAsync(SiloRoles.Edge, SiloRoles.Session, SiloRoles.Session, SiloRoles.Worker);
        var host = Cluster.Host(0);
        var id = (await host.CreateAsync(HostFixture.Spec(), Token)).Id;
        var sink = new RecordingSink();
        await host.Open(id).SubscribeAsync(sink, Token);
        await SendAsync(0, id, new Heartbeat());
        await Cluster.StopAsync(Cluster.SiloOf(id));
        await sink.WaitAsync<TurnBegan>();
        await SendAsync(0, id, new Heartbeat());
        Fixture.Time.Advance(Fixture.Policy.HeartbeatTimeout + TimeSpan.FromMilliseconds(2));
        await SendAsync(0, id, new ReportPlayout(-1, 0, 0, false));
        Fixture.Time.Advance(Fixture.Policy.GraceTime + TimeSpan.FromMilliseconds(2));
        Assert.Equal(TerminationReason.SessionLostAfterConnection, (await sink.WaitAsync<SessionEnded>()).Reason);
        Assert.Equal(TerminationReason.SessionLostAfterConnection, (await Fixture.Store.ReadAsync(id, Token))!.Value.Record.Reason);
    }

    [Fact]
    public async Task Every_silo_is_replaced_by_a_new_one_during_a_conversation_and_nothing_is_lost()
    {
        await StartAsync(SiloRoles.Worker, SiloRoles.Session, SiloRoles.Session, SiloRoles.Edge);
        var (id, sink) = await TalkAsync(3);
        List<string> asked = [];
        await AskAsync(3, sink);
        foreach (var silo in new[] { 0, 1, 2 })
        {
            await Cluster.AddAsync(Cluster.RolesOf(silo));
            var stopping = Cluster.StopAsync(silo);
            await AskAsync(3, sink);
            await stopping;
            await AskAsync(3, sink);
        }

        // An edge's clients come back at the new edge.
        var edge = await Cluster.AddAsync(SiloRoles.Edge);
        await Cluster.StopAsync(3);
        var again = new RecordingSink();
        await Cluster.Host(edge).Open(id).SubscribeAsync(again, Token);
        await SendAsync(edge, id, new TransportConnected("again"));
        await AskAsync(edge, again);
        Assert.Equal(asked, from line in await HistoryAsync(id) where line.Speaker == Speaker.User select line.Text);
        Assert.Equal(sink.Outputs.Select(o => o.Turn).Order(), sink.Outputs.Select(o => o.Turn));

        async Task AskAsync(int edge, RecordingSink sink)
        {
            asked.Add($"{asked.Count}?");
            await SendAsync(edge, id, Perform.Ask(asked[^1]));
            await sink.WaitAsync<SegmentBegan>(s => s.Text == $"You said {asked[^1]}.");
        }
    }

    private static List<(int Segment, int Sequence, int Packets)> Spoken(RecordingSink sink) =>
        [.. sink.Outputs.OfType<SpeechChunk>().Select(c => (c.Segment, c.Sequence, c.Speech.PacketCount))];
}

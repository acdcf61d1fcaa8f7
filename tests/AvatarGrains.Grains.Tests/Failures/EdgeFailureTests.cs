using AvatarGrains.Grains.Placement;
using AvatarGrains.Conformance.Scripted;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Grains.Tests.Failures;

/// <summary>What clients notice when their edge dies.</summary>
public sealed class EdgeFailureTests : FailureScene
{
    [Fact]
    public async Task Client_of_a_killed_edge_goes_on_at_another_edge_with_its_history()
    {
        await StartAsync(SiloRoles.Edge, SiloRoles.Edge, SiloRoles.Session, SiloRoles.Worker);
        var (id, sink) = await TalkAsync(0);
        await SendAsync(0, id, Perform.Ask("first"));
        await sink.WaitAsync<TurnComplete>();
        var edge = Cluster.Address(0);
        await Cluster.KillAsync(0);
        await Cluster.LostAsync(2, edge);
        var again = new RecordingSink();
        await Cluster.Host(1).Open(id).SubscribeAsync(again, Token);
        await SendAsync(1, id, new TransportConnected("second"));
        await SendAsync(1, id, Perform.Ask("second"));
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
        await Cluster.Host(1).Open(id).SubscribeAsync(sink, Token);
        await Cluster.Host(1).Open(id).SendAsync(new ReportPlayout(-1, 0, 0, false), Token);
        Fixture.Time.Advance(Fixture.Policy.GraceTime + TimeSpan.FromMilliseconds(2));
        Assert.Equal(TerminationReason.SessionLostAfterConnection, (await sink.WaitAsync<SessionEnded>()).Reason);
    }

    [Fact]
    public async Task Interruption_at_one_edge_leaves_nothing_stale_to_be_heard_at_another()
    {
        await StartAsync(SiloRoles.Edge, SiloRoles.Edge, SiloRoles.Session, SiloRoles.Worker);
        var (id, first) = await TalkAsync(0);
        var second = new RecordingSink();
        await Cluster.Host(1).Open(id).SubscribeAsync(second, Token);
        for (var turn = 0; turn < 5; turn++)
        {
            var text = new string((char)('a' + turn), 200) + ".";
            await SendAsync(turn % 2, id, Perform.Say(text));
            var began = await first.WaitAsync<SegmentBegan>(s => s.Text == text);
            await second.WaitAsync<SpeechChunk>(c => c.Turn == began.Turn);
            await SendAsync(1 - (turn % 2), id, new Interrupt());
            await Task.WhenAll(first.WaitAsync<TurnBegan>(t => t.Turn > began.Turn), second.WaitAsync<TurnBegan>(t => t.Turn > began.Turn));
        }

        foreach (var outputs in new[] { first.Outputs, second.Outputs })
        {
            Assert.Equal(outputs.Select(o => o.Turn).Order(), outputs.Select(o => o.Turn));
            Assert.All(outputs.OfType<SpeechChunk>(), c => Assert.Contains(outputs, o => o is SegmentBegan s && s.Turn == c.Turn));
        }
    }
}

using AvatarGrains.Grains.Placement;
using AvatarGrains.Grains.Sessions;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Storage;

namespace AvatarGrains.Grains.Tests.Failures;

/// <summary>Two silos that both take a session for theirs.</summary>
public sealed class OwnershipFailureTests : FailureScene
{
    [Fact]
    public async Task Session_that_another_writer_has_changed_starts_anew_from_the_store()
    {
        await StartAsync(SiloRoles.Edge, SiloRoles.Session, SiloRoles.Session, SiloRoles.Worker);
        var (id, sink) = await TalkAsync(0);
        var stored = (await Fixture.Store.ReadAsync(id, Token))!.Value.Record;
        var line = new HistoryLine(1, Speaker.User, "written elsewhere", Fixture.Time.GetUtcNow());
        await Fixture.Store.WriteAsync(new SessionWrite(stored with { Version = stored.Version + 1 }, [line]), Token);
        await Cluster.Host(0).Open(id).SendAsync(Perform.Ask("lost to the conflict"), Token);
        await sink.WaitAsync<TurnBegan>(t => t.Turn > 1);
        await SendAsync(0, id, Perform.Ask("and now?"));
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
        await Cluster.SuspectAsync(silo, by: 0);
        await sink.WaitAsync<TurnBegan>();
        await SendAsync(0, id, Perform.Ask("who owns it?"));
        var late = await old.Actor.SendAsync(new RecordEvent("SESSION_LOG", "from the old silo"), Token);
        Assert.False(late.Accepted);
        Assert.Empty(await Fixture.Store.ListEventsAsync(id, Token));
        Assert.Equal("who owns it?", (await Cluster.Host(0).FindAsync(id, Token))!.History[0].Text);
    }

    [Fact]
    public async Task Silo_that_was_cut_off_comes_back_as_a_new_one_and_takes_sessions_again()
    {
        await StartAsync(SiloRoles.Edge, SiloRoles.Session, SiloRoles.Session, SiloRoles.Worker);
        var (id, sink) = await TalkAsync(0);
        var silo = Cluster.SiloOf(id);
        await Cluster.SuspectAsync(silo, by: 0);
        var moved = await sink.WaitAsync<TurnBegan>();
        await SendAsync(0, id, Perform.Ask("first?"));
        var back = await Cluster.AddAsync(SiloRoles.Session);
        await KillAsync(3 - silo);
        await sink.WaitAsync<TurnBegan>(t => t.Turn > moved.Turn + 1);
        await SendAsync(0, id, Perform.Ask("second?"));
        await sink.WaitAsync<SegmentBegan>(s => s.Text == "You said second?.");
        Assert.True(Cluster.Service<SessionSilo>(back).Runs(id));
        Assert.Equal(["first?", "second?"], from line in await HistoryAsync(id) where line.Speaker == Speaker.User select line.Text);
    }
}

using System.Diagnostics;
using AvatarGrains.Grains.Placement;
using AvatarGrains.Grains.Sessions;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Grains.Tests.Failures;

/// <summary>What clients notice when silos die, and how many sessions they hold.</summary>
public class SiloFailureTests : FailureScene
{
    [Fact]
    public async Task Session_of_a_killed_silo_goes_on_elsewhere_and_nothing_stale_is_heard()
    {
        await StartAsync(SiloRoles.Edge, SiloRoles.Session, SiloRoles.Session, SiloRoles.Worker);
        var (id, sink) = await TalkAsync(0);
        await SendAsync(0, id, Perform.Ask("first"));
        await sink.WaitAsync<SpeechChunk>();
        var seen = sink.Outputs.Max(o => o.Turn);
        var silo = Cluster.SiloOf(id);
        Store(silo).Dead = true;
        var killed = Stopwatch.GetTimestamp();
        await Cluster.KillAsync(silo);
        var began = await sink.WaitAsync<TurnBegan>(t => t.Turn > seen);
        TestContext.Current.TestOutputHelper!.WriteLine($"again after {Stopwatch.GetElapsedTime(killed).TotalMilliseconds:F0} ms");
        await SendAsync(0, id, Perform.Ask("second"));
        await sink.WaitAsync<SegmentBegan>(s => s.Text == "You said second.");
        Assert.NotEqual(silo, Cluster.SiloOf(id));
        var outputs = sink.Outputs.ToList();
        Assert.DoesNotContain(outputs.Skip(outputs.IndexOf(began)), o => o.Turn < began.Turn);
        var found = await Cluster.Host(0).FindAsync(id, Token);
        Assert.Equal((SessionStatus.InProgress, "first"), (found!.Status, found.History[0].Text));
    }

    [Fact]
    public async Task Five_hundred_sessions_speak_at_once()
    {
        const int sessions = 500;
        await StartAsync(SiloRoles.Edge, SiloRoles.Session, SiloRoles.Session, SiloRoles.Worker);
        var started = Stopwatch.GetTimestamp();
        var talks = await Task.WhenAll(Enumerable.Range(0, sessions).Select(_ => TalkAsync(0)));
        TestContext.Current.TestOutputHelper!.WriteLine($"{sessions} sessions in {Stopwatch.GetElapsedTime(started).TotalMilliseconds:F0} ms");
        await Task.WhenAll(talks.Select(t => SendAsync(0, t.Id, Perform.Say("Short."))));
        await Task.WhenAll(talks.Select(t => t.Sink.WaitAsync<TurnComplete>()));
        Assert.All(talks, t => Assert.Equal(30, t.Sink.Outputs.OfType<SpeechChunk>().Sum(c => c.Speech.PacketCount)));
        Assert.Equal(sessions, Cluster.Service<SessionSilo>(1).Count + Cluster.Service<SessionSilo>(2).Count);
        Assert.All([1, 2], n => Assert.InRange(Cluster.Service<SessionSilo>(n).Count, 50, 450));
    }
}

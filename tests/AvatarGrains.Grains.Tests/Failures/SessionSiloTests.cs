using AvatarGrains.Grains.Placement;
using AvatarGrains.Grains.Sessions;
using AvatarGrains.Grains.Tests.Harness;
using AvatarGrains.Conformance;
using AvatarGrains.Core.Sessions;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvatarGrains.Grains.Tests.Failures;

/// <summary>A silo that leaves gives its silent sessions away a few at a time, so that each is away for a moment only.</summary>
public sealed class SessionSiloTests
{
    private const int More = 8;

    [Fact]
    public async Task Silent_sessions_leave_a_few_at_a_time()
    {
        var fixture = new HostFixture();
        await using var silo = new SessionSilo(
            fixture.Services(), null!, new SiloDirectory(null!, null!), LocalCluster.Times, NullLogger<SessionSilo>.Instance);
        var token = TestContext.Current.CancellationToken;
        var sessions = new List<(RunningSession Session, TaskCompletionSource Left)>();
        for (var i = 0; i < SessionSilo.MovesAtOnce + More; i++)
        {
            var start = new SessionStart(
                silo.Runtime, new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler, stopped => silo.Remove(silo.Find(stopped.Id)!));
            var actor = await SessionActor.CreateAsync(start, TenantLimits.Local, $"s{i}", HostFixture.Spec(), token);
            var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var session = new RunningSession(actor, null!, SiloAddress.Zero, left.Task);
            silo.Add(session);
            sessions.Add((session, left));
        }

        // None of them is active elsewhere yet, so that only so many have stopped.
        var draining = silo.DrainAsync(CancellationToken.None);
        var first = sessions.Select(s => s.Session.Actor.Completion).ToHashSet();
        for (var stopped = 0; stopped < SessionSilo.MovesAtOnce; stopped++)
        {
            first.Remove(await Task.WhenAny(first).WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System, token));
        }

        Assert.Equal(More, silo.Count);

        // Each that has arrived makes room for another.
        foreach (var (_, left) in sessions.Where(s => s.Session.Actor.Completion.IsCompleted).Take(More).ToList())
        {
            left.SetResult();
            first.Remove(await Task.WhenAny(first).WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System, token));
        }

        Assert.Equal(0, silo.Count);
        sessions.ForEach(s => s.Left.TrySetResult());
        await draining;
    }
}

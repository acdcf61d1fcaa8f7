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
        await using var silo = new SessionSilo(fixture.Services(), null!, new SiloDirectory(null!, null!), LocalCluster.Times, NullLogger<SessionSilo>.Instance);
        var token = TestContext.Current.CancellationToken;
        var sessions = new List<(SessionActor Actor, Shell Shell)>();
        for (var i = 0; i < SessionSilo.MovesAtOnce + More; i++)
        {
            var actor = await SessionActor.CreateAsync(silo.Runtime, TenantLimits.Local, $"s{i}", HostFixture.Spec(), silo.Remove, token);
            var shell = new Shell();
            silo.Add(actor, shell);
            sessions.Add((actor, shell));
        }

        // None of them is active elsewhere yet, so that only so many have stopped.
        var draining = silo.DrainAsync(CancellationToken.None);
        var first = sessions.Select(s => s.Actor.Completion).ToHashSet();
        for (var stopped = 0; stopped < SessionSilo.MovesAtOnce; stopped++)
        {
            first.Remove(await Task.WhenAny(first).WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System, token));
        }

        Assert.Equal(More, silo.Count);

        // Each that has arrived makes room for another.
        foreach (var (_, shell) in sessions.Where(s => s.Actor.Completion.IsCompleted).Take(More).ToList())
        {
            shell.Arrived.SetResult();
            first.Remove(await Task.WhenAny(first).WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System, token));
        }

        Assert.Equal(0, silo.Count);
        sessions.ForEach(s => s.Shell.Arrived.TrySetResult());
        await draining;
    }

    private sealed class Shell : ISessionShell
    {
        public TaskCompletionSource Arrived { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Gone => Arrived.Task;

        public void OnSiloLost(SiloAddress silo)
        {
        }
    }
}

using AvatarGrains.Conformance.Time;
using AvatarGrains.Core.Engines;

namespace AvatarGrains.Core.Tests.Engines;

public sealed class DeadlineGateTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualTimeProvider _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_needs_it_soonest_is_next_and_equals_go_in_their_order()
    {
        var gate = new DeadlineGate(1, _time);
        await gate.EnterAsync(TimeSpan.Zero, Token);
        var order = new List<string>();
        var all = new[]
        {
            WaitAsync(gate, 3 * Second, "late", order), WaitAsync(gate, TimeSpan.Zero, "first", order),
            WaitAsync(gate, TimeSpan.Zero, "second", order),
            WaitAsync(gate, Second, "soon", order),
        };
        gate.Leave();
        await Task.WhenAll(all);
        Assert.Equal(["first", "second", "soon", "late"], order);
    }

    [Fact]
    public async Task Nobody_waits_for_ever_behind_those_who_are_in_a_hurry()
    {
        var gate = new DeadlineGate(1, _time);
        await gate.EnterAsync(TimeSpan.Zero, Token);
        var order = new List<string>();
        var patient = WaitAsync(gate, Second, "patient", order);
        _time.Advance(2 * Second);
        var hurried = WaitAsync(gate, TimeSpan.Zero, "hurried", order);
        gate.Leave();
        await Task.WhenAll(patient, hurried);
        Assert.Equal(["patient", "hurried"], order);
    }

    [Fact]
    public async Task Who_gives_up_takes_no_place()
    {
        var gate = new DeadlineGate(1, _time);
        await gate.EnterAsync(TimeSpan.Zero, Token);
        using var cancel = new CancellationTokenSource();
        var impatient = gate.EnterAsync(TimeSpan.Zero, cancel.Token).AsTask();
        var other = gate.EnterAsync(Second, Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        Assert.False(other.IsCompleted);
        gate.Leave();
        await other;
        gate.Leave();
        await gate.EnterAsync(TimeSpan.Zero, Token);
        Assert.False(gate.EnterAsync(TimeSpan.Zero, Token).IsCompleted);
    }

    /// <summary>Waits in line at once, and leaves as soon as its turn has come.</summary>
    private static async Task WaitAsync(DeadlineGate gate, TimeSpan slack, string name, List<string> order)
    {
        await gate.EnterAsync(slack, Token);
        order.Add(name);
        gate.Leave();
    }
}

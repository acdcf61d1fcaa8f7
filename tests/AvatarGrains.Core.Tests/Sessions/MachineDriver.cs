using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Core.Tests.Sessions;

/// <summary>Drives a machine through virtual time as a shell does: at every deadline, and with the month fed back when asked.</summary>
internal sealed class MachineDriver
{
    private readonly TenantLimits _limits;
    private readonly Dictionary<string, TimeSpan> _months = [];

    public MachineDriver(SessionPolicy? policy = null, TenantLimits? limits = null, StoredLife? stored = null, DateTimeOffset? wall = null)
    {
        _limits = limits ?? TenantLimits.Local;
        Now = new SessionInstant(TimeSpan.FromHours(5), wall ?? new DateTimeOffset(2026, 3, 10, 12, 0, 0, TimeSpan.Zero));
        Policy = policy ?? SessionPolicy.Default;
        Machine = stored is { } life
            ? SessionMachine.Restore(Policy, _limits, life, Now)
            : SessionMachine.Create(Policy, _limits, Now);
    }

    public SessionPolicy Policy { get; }

    public SessionMachine Machine { get; }

    public SessionInstant Now { get; private set; }

    public List<SessionEffect> Effects { get; } = [];

    public IReadOnlyDictionary<string, TimeSpan> Months => _months;

    public IEnumerable<SessionEffect.Warn> Warnings => Effects.OfType<SessionEffect.Warn>();

    /// <summary>Minutes other sessions of the tenant have used.</summary>
    public void Use(string month, TimeSpan time) => _months[month] = _months.GetValueOrDefault(month) + time;

    public void Input(SessionInput input)
    {
        List<SessionEffect> effects = [];
        Machine.Handle(input, Now, effects);
        Effects.AddRange(effects);
        foreach (var meter in effects.OfType<SessionEffect.Meter>())
        {
            Use(meter.Month, meter.Time);
        }

        foreach (var read in effects.OfType<SessionEffect.ReadMonth>())
        {
            Input(new SessionInput.MonthRead(read.Month, _months.GetValueOrDefault(read.Month), _limits.MaxPerMonth));
        }
    }

    public void Pass(TimeSpan time)
    {
        var end = Now.Monotonic + time;
        while (Machine.NextDeadline is { } due && due <= end)
        {
            MoveTo(due);
            Input(SessionInput.Tick.Instance);
        }

        MoveTo(end);
    }

    /// <summary>Time passes and nobody looks: the machine, or the computer, slept.</summary>
    public void Sleep(TimeSpan time)
    {
        MoveTo(Now.Monotonic + time);
        Input(SessionInput.Tick.Instance);
    }

    public void TurnWallClock(TimeSpan by) => Now = Now with { Wall = Now.Wall + by };

    private void MoveTo(TimeSpan monotonic)
    {
        var by = monotonic - Now.Monotonic;
        Now = by > TimeSpan.Zero ? new SessionInstant(monotonic, Now.Wall + by) : Now;
    }
}

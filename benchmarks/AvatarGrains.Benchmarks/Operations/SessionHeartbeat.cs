using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Benchmarks.Operations;

/// <summary>A session in progress hears from its client and looks for its next deadline.</summary>
internal sealed class SessionHeartbeat : IOperation
{
    private static readonly SessionInput.Heartbeat Heartbeat = new();
    private readonly List<SessionEffect> _effects = new(16);
    private readonly SessionMachine _machine;
    private SessionInstant _now = new(TimeSpan.Zero, DateTimeOffset.UnixEpoch);

    public SessionHeartbeat()
    {
        _machine = SessionMachine.Create(SessionPolicy.Default, new TenantLimits(null, null, null), _now);
        _machine.Handle(new SessionInput.Exchanged(), _now, _effects);
        _machine.Handle(new SessionInput.Connected("one"), _now, _effects);
    }

    public void Run()
    {
        _effects.Clear();
        _now = new SessionInstant(_now.Monotonic + TimeSpan.FromMilliseconds(1), _now.Wall.AddMilliseconds(1));
        _machine.Handle(Heartbeat, _now, _effects);
        if (_machine.NextDeadline is null)
        {
            throw new InvalidOperationException("A session in progress always has a deadline.");
        }
    }

    public void Dispose()
    {
    }
}


namespace AvatarGrains.Core.Sessions;

/// <summary>What the sessions of one process share: services, one clock, one timer.</summary>
public sealed class SessionRuntime : IAsyncDisposable
{
    /// <exception cref="ArgumentException">A policy value is out of range.</exception>
    public SessionRuntime(SessionServices services)
    {
        services.Policy.Validate();
        Services = services;
        Clock = new SessionClock(services.Time);
        Deadlines = new DeadlineScheduler(services.Time);
    }

    public SessionServices Services { get; }

    public SessionClock Clock { get; }

    public DeadlineScheduler Deadlines { get; }

    public ValueTask DisposeAsync() => Deadlines.DisposeAsync();
}

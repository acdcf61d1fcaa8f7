using AvatarGrains.Grains.Handles;

namespace AvatarGrains.Grains.Sessions;

/// <summary>Follows the membership: tells sessions and links when a silo is gone, and moves the sessions away before this silo leaves.</summary>
internal sealed class SiloWatch(
    ISiloStatusOracle oracle, SessionSilo silo, GrainSessionHost host) : ILifecycleParticipant<ISiloLifecycle>, ISiloStatusListener
{
    public void Participate(ISiloLifecycle lifecycle)
    {
        // Stopped first of all, while the silo is still a full member and turns can be finished.
        lifecycle.Subscribe(nameof(SiloWatch), ServiceLifecycleStage.Active + 1, StartAsync, StopAsync);
    }

    public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status)
    {
        if (status == SiloStatus.Dead && !updatedSilo.Equals(silo.Silos.Local))
        {
            silo.OnSiloLost(updatedSilo);
            host.OnSiloLost(updatedSilo);
        }
    }

    private Task StartAsync(CancellationToken cancellationToken)
    {
        oracle.SubscribeToSiloStatusEvents(this);
        return Task.CompletedTask;
    }

    private async Task StopAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(silo.Times.Drain);
        await host.DrainAsync(limit.Token);
    }
}

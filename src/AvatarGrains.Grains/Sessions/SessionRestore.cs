using AvatarGrains.Core.Sessions;
using Microsoft.Extensions.Logging;

namespace AvatarGrains.Grains.Sessions;

/// <summary>
/// Wakes the sessions that had not ended when the process did, before clients come. For silos whose reminders end with them; where they are kept, a
/// reminder finds those that nobody calls.
/// </summary>
internal sealed class SessionRestore(SessionSilo silo, ISessionHost sessions) : ILifecycleParticipant<ISiloLifecycle>
{
    /// <summary>As many are read from the store at once.</summary>
    private const int AtOnce = 16;

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(nameof(SessionRestore), ServiceLifecycleStage.Active + 2, WakeAsync);

    private async Task WakeAsync(CancellationToken cancellationToken)
    {
        var active = await silo.Runtime.Services.Store.ListActiveAsync(cancellationToken);
        var limits = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(active, limits, async (session, token) => await WakeAsync(session.Id, token));
        if (active.Count > 0)
        {
            silo.Log.LogInformation("Restored {Count} sessions.", active.Count);
        }
    }

    private async Task WakeAsync(string session, CancellationToken cancellationToken)
    {
        try
        {
            await sessions.FindAsync(session, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever is wrong with one conversation, the server starts for the others.
            silo.Log.LogWarning(e, "Session {Session} could not be restored.", session);
        }
    }
}

using AvatarGrains.Cluster.Configuration;
using AvatarGrains.Cluster.Contracts;
using AvatarGrains.Cluster.Placement;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Cluster.Sessions;

/// <summary>What is stored of a foreign id.</summary>
[GenerateSerializer, Alias("ag.ForeignId")]
internal sealed class ForeignId
{
    [Id(0)]
    public string? Session { get; set; }
}

/// <summary>Keeps which session a client's own id means, in grain storage, while that session lives. A reminder forgets ids that nobody asks for any more.</summary>
[GrainType("foreign-id"), OnRole(SiloRoles.Session)]
internal sealed class ForeignIdGrain(
    [PersistentState("foreign-id", ForeignIdGrain.Storage)] IPersistentState<ForeignId> state, SessionSilo silo, ClusterTimes times) : Grain, IForeignIdGrain
{
    public const string Storage = "avatargrains";

    private const string Reminder = "expiry";

    public async Task<string?> FindAsync()
    {
        await ForgetEndedAsync();
        return state.State.Session;
    }

    public async Task<string> ClaimAsync(string session)
    {
        await ForgetEndedAsync();
        if (state.State.Session is null)
        {
            // First the reminder: one that finds nothing removes itself, an id without one would stay for ever.
            await this.RegisterOrUpdateReminder(Reminder, times.Expiry, times.Expiry);
            state.State.Session = session;
            await WriteAsync(state.WriteStateAsync);
        }

        return state.State.Session;
    }

    public async Task ReleaseAsync(string session)
    {
        if (state.State.Session == session)
        {
            await WriteAsync(state.ClearStateAsync);
        }
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        await ForgetEndedAsync();
        if (state.State.Session is null && await this.GetReminder(Reminder) is { } reminder)
        {
            await this.UnregisterReminder(reminder);
        }
    }

    /// <summary>The id of a session that has ended means nothing: a client that comes with it again begins anew.</summary>
    private async Task ForgetEndedAsync()
    {
        if (state.State.Session is not { } session)
        {
            return;
        }

        var stored = await silo.Runtime.Services.Store.ReadAsync(session, CancellationToken.None);
        if (stored is null || stored.Value.Record.Status == SessionStatus.Terminated)
        {
            await WriteAsync(state.ClearStateAsync);
        }
    }

    /// <summary>After a failed write what is in memory may not be what is stored: this activation must not answer any more.</summary>
    private async Task WriteAsync(Func<Task> write)
    {
        try
        {
            await write();
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }
    }
}

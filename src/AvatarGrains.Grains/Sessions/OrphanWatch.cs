namespace AvatarGrains.Grains.Sessions;

/// <summary>
/// Has sessions looked after whose silo is lost and whom nobody calls: by Orleans' reminders in a cluster. A server on its own restores
/// them from the store when it starts.
/// </summary>
/// <param name="interval">How often each is looked after; null where the store is all there is.</param>
internal sealed class OrphanWatch(TimeSpan? interval)
{
    /// <summary>Starts looking after a session.</summary>
    public async ValueTask WatchAsync(IGrainBase grain, string name)
    {
        if (interval is { } period)
        {
            await grain.RegisterOrUpdateReminder(name, period, period);
        }
    }

    /// <summary>A session needs it no more.</summary>
    public async ValueTask ForgetAsync(IGrainBase grain, string name)
    {
        if (interval is not null && await grain.GetReminder(name) is { } reminder)
        {
            await grain.UnregisterReminder(reminder);
        }
    }
}

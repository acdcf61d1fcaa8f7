namespace AvatarGrains.Grains.Contracts;

/// <summary>Counts a tenant's sessions that are not ended, and its requests, over all silos. Its key is the tenant.</summary>
[Alias("ag.ITenant")]
internal interface ITenantGrain : IGrainWithStringKey
{
    /// <summary>Counts a session, if the limit allows.</summary>
    [Alias("Reserve")]
    Task<bool> ReserveAsync(string session, int limit);

    /// <summary>The session has ended. May be said twice.</summary>
    [Alias("Release")]
    Task ReleaseAsync(string session);

    /// <summary>Takes room for a request.</summary>
    /// <returns>Null when there was room, else the time until there is.</returns>
    [Alias("Take")]
    Task<TimeSpan?> TakeRequestAsync(int perMinute);
}

/// <summary>Finds a session by an id that a client chose. Its key is the dialect and that id.</summary>
[Alias("ag.IForeignId")]
internal interface IClientIdGrain : IGrainWithStringKey
{
    /// <summary>The session of this id, or null.</summary>
    [Alias("Find")]
    Task<string?> FindAsync();

    /// <summary>Gives the id to a session unless another has it.</summary>
    /// <returns>The session that has it now.</returns>
    [Alias("Claim")]
    Task<string> ClaimAsync(string session);

    /// <summary>Takes the id away from a session that has it.</summary>
    [Alias("Release")]
    Task ReleaseAsync(string session);
}

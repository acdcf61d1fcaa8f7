namespace AvatarGrains.Core.Sessions;

/// <summary>Counts the requests of tenants that have a limit, whichever process they reach. Thread-safe.</summary>
public interface IRequestRates
{
    /// <summary>Takes room for one request.</summary>
    /// <param name="tenant">Whose request it is; one that exists, so that guessing costs nothing.</param>
    /// <param name="perMinute">The tenant's limit.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null when there was room, else the time until there is.</returns>
    ValueTask<TimeSpan?> TakeAsync(string tenant, int perMinute, CancellationToken cancellationToken);
}

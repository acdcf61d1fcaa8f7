using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Api.Shared;

/// <summary>
/// Holds tenants to their requests per minute. Only tenants that exist are counted, so that guessing keys costs no memory. Thread-safe.
/// </summary>
internal sealed class TenantRates(TenantDirectory tenants, IRequestRates rates)
{
    /// <summary>Takes room for one request.</summary>
    /// <returns>Null when there was room, else <see cref="RequestFault.Throttled"/> with the time after which there is.</returns>
    public async ValueTask<RequestError?> TakeAsync(string tenant, CancellationToken cancellationToken)
    {
        var limits = await tenants.FindAsync(tenant, cancellationToken);
        if (limits.RequestsPerMinute is not { } perMinute || await rates.TakeAsync(tenant, perMinute, cancellationToken) is not { } left)
        {
            return null;
        }

        var wait = (int)Math.Ceiling(left.TotalSeconds);
        return new RequestError(RequestFault.Throttled, $"Too many requests; there is room for another in {wait} seconds.")
        {
            RetryAfterSeconds = wait,
        };
    }
}

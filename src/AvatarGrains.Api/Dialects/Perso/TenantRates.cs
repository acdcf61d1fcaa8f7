using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Api.Dialects.Perso;

/// <summary>
/// Holds tenants to their requests per minute. Only tenants that exist are counted, so that guessing keys costs no memory. Thread-safe.
/// </summary>
internal sealed class TenantRates(TenantDirectory tenants, IRequestRates rates)
{
    /// <exception cref="PersoException">429, with the time after which the next request has room.</exception>
    public async ValueTask CheckAsync(string tenant, CancellationToken cancellationToken)
    {
        var limits = await tenants.FindAsync(tenant, cancellationToken);
        if (limits.RequestsPerMinute is { } perMinute && await rates.TakeAsync(tenant, perMinute, cancellationToken) is { } left)
        {
            var wait = (int)Math.Ceiling(left.TotalSeconds);
            throw new PersoException(429, "throttled", $"Request was throttled. Expected available in {wait} seconds.") { RetryAfterSeconds = wait };
        }
    }
}

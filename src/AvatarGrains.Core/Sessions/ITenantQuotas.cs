
namespace AvatarGrains.Core.Sessions;

/// <summary>What tenants may use. Thread-safe. A changed limit holds for sessions made after the change and for the month of running ones.</summary>
public interface ITenantQuotas
{
    ValueTask<TenantLimits> FindAsync(string tenant, CancellationToken cancellationToken);
}

/// <summary>One owner, one generous limit.</summary>
public sealed class LocalTenantQuotas(TenantLimits limits) : ITenantQuotas
{
    public static LocalTenantQuotas Instance { get; } = new(TenantLimits.Local);

    public ValueTask<TenantLimits> FindAsync(string tenant, CancellationToken cancellationToken) => new(limits);
}

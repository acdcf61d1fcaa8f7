using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Server.Configuration;

/// <summary>Limits of tenants that have none of their own; <c>keys add</c> gives them some.</summary>
public sealed record TenantOptions
{
    /// <summary>Of whoever uses a server without keys.</summary>
    public LimitOptions Local { get; init; } = LimitOptions.Of(TenantLimits.Local);

    /// <summary>Of a tenant with a key.</summary>
    public LimitOptions Keyed { get; init; } = LimitOptions.Of(TenantLimits.Keyed);
}

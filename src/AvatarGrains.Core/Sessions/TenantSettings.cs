
namespace AvatarGrains.Core.Sessions;

/// <summary>Keys and limits from the configuration.</summary>
public sealed record TenantSettings
{
    /// <summary>Limits of whoever uses a server without keys.</summary>
    public TenantLimits Local { get; init; } = TenantLimits.Local;

    /// <summary>Limits of a tenant with a key and no limits of its own.</summary>
    public TenantLimits Keyed { get; init; } = TenantLimits.Keyed;

    /// <summary>Keys by tenant, beside those of the store.</summary>
    public IReadOnlyDictionary<string, string> Keys { get; init; } = new Dictionary<string, string>();
}

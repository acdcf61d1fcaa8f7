using System.Net;
using AvatarGrains.Cluster.Configuration;
using AvatarGrains.Core.Storage;

namespace AvatarGrains.Cluster.Providers;

/// <summary>Where a silo finds the others, and where reminders and foreign ids are kept: chosen by <see cref="ClusterOptions.Clustering"/>.</summary>
internal static class ClusterProviders
{
    /// <summary>The names that may be chosen, whether or not this build has them.</summary>
    public static readonly IReadOnlyList<string> Names = ["localhost", "postgres", "redis", "azure"];

    /// <summary>Why a provider cannot be used, or null when it can.</summary>
    public static string? Problem(string name) => name switch
    {
#if !REDIS
        "redis" => "this server was built without Redis; build it with -p:EnableRedis=true.",
#endif
#if !AZURE
        "azure" => "this server was built without Azure Storage; build it with -p:EnableAzure=true.",
#endif
        _ when Names.Contains(name) => null,
        _ => $"it must be {string.Join(", ", Names.SkipLast(1))} or {Names[^1]}.",
    };

    /// <param name="silo">The silo.</param>
    /// <param name="options">How it takes part.</param>
    /// <param name="records">Records that all silos share.</param>
    public static void Use(ISiloBuilder silo, ClusterOptions options, ISharedRecords records)
    {
        silo.Configure<Orleans.Configuration.ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (options.ClusterId, options.ServiceId));
        if (options.Clustering == "localhost")
        {
            silo.ConfigureEndpoints(IPAddress.Loopback, options.SiloPort, options.GatewayPort);
        }
        else if (options.Address.Length > 0)
        {
            silo.ConfigureEndpoints(IPAddress.Parse(options.Address), options.SiloPort, options.GatewayPort, listenOnAnyHostAddress: true);
        }
        else
        {
            silo.ConfigureEndpoints(options.SiloPort, options.GatewayPort, listenOnAnyHostAddress: true);
        }

        switch (options.Clustering)
        {
#if REDIS
            case "redis":
                RedisProviders.Use(silo, options.ConnectionString);
                break;
#endif
#if AZURE
            case "azure":
                AzureProviders.Use(silo, options.ConnectionString);
                break;
#endif
            default:
                silo.UseSharedMembership(records).UseSharedReminders(records).AddSharedGrainStorage(records);
                break;
        }
    }
}

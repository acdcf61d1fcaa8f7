using System.Net;
using AvatarGrains.Core.Storage;
using AvatarGrains.Grains.Configuration;
using AvatarGrains.Grains.Streams;

namespace AvatarGrains.Grains.Providers;

/// <summary>Where a silo finds the others, and where reminders and grain states are kept: chosen by <see cref="ClusterOptions.Provider"/>.</summary>
public static class ClusterProviders
{
    /// <summary>Adds membership, reminders and grain storage by Orleans' own packages, and says where the silo listens.</summary>
    public static ISiloBuilder UseClusterProvider(this ISiloBuilder silo, ClusterOptions options)
    {
        silo.Configure<Orleans.Configuration.ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (options.ClusterId, options.ServiceId));
        Listen(silo, options);
        switch (options.Provider)
        {
            case ClusterProvider.Redis:
                RedisProvider.Use(silo, options);
                break;
            case ClusterProvider.Postgres:
                PostgresProvider.Use(silo, options);
                break;
            case ClusterProvider.Azure:
                AzureProvider.Use(silo, options);
                break;
            case ClusterProvider.Localhost:
                UseMemory(silo, options);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(options), options.Provider, "Unknown provider.");
        }

        return silo;
    }

    /// <summary>Names of the grain storages that a silo needs.</summary>
    internal static IReadOnlyList<string> StoragesOf(ClusterOptions options) =>
        options.Streams == FeedTransport.Memory ? [ClusterSiloBuilder.StorageName, FeedStreams.Subscriptions] : [ClusterSiloBuilder.StorageName];

    /// <summary>Asks the provider whether it is there.</summary>
    /// <returns>What it is, in words.</returns>
    /// <exception cref="StorageUnavailableException">It cannot be used; the message says where and why.</exception>
    internal static Task<string> DescribeAsync(ClusterOptions options, CancellationToken cancellationToken) => options.Provider switch
    {
        ClusterProvider.Redis => RedisProvider.DescribeAsync(options.ConnectionString, cancellationToken),
        ClusterProvider.Postgres => PostgresProvider.DescribeAsync(options, cancellationToken),
        ClusterProvider.Azure => AzureProvider.DescribeAsync(options.ConnectionString, cancellationToken),
        _ => Task.FromResult(
            options.IsAlone ? "one silo, which keeps nothing of its own" : $"the memory of the silo at {options.Primary}, for development"),
    };

    private static void Listen(ISiloBuilder silo, ClusterOptions options)
    {
        if (options.Provider == ClusterProvider.Localhost && options.Address.Length == 0)
        {
            silo.ConfigureEndpoints(IPAddress.Loopback, options.SiloPort, options.GatewayPort);
        }
        else if (options.Address.Length > 0)
        {
            var address = IPAddress.Parse(options.Address);
            silo.ConfigureEndpoints(address, options.SiloPort, options.GatewayPort, listenOnAnyHostAddress: !IPAddress.IsLoopback(address));
        }
        else
        {
            silo.ConfigureEndpoints(options.SiloPort, options.GatewayPort, listenOnAnyHostAddress: true);
        }
    }

    /// <summary>
    /// Orleans' development clustering. A silo on its own needs no reminders, and what clients call their sessions is stored with the
    /// sessions; of several, what is in one silo's memory is lost with it.
    /// </summary>
    private static void UseMemory(ISiloBuilder silo, ClusterOptions options)
    {
        silo.UseDevelopmentClustering(options.IsAlone ? new IPEndPoint(IPAddress.Loopback, options.SiloPort) : IPEndPoint.Parse(options.Primary));
        if (!options.IsAlone)
        {
            silo.UseInMemoryReminderService();
        }

        foreach (var storage in StoragesOf(options))
        {
            silo.AddMemoryGrainStorage(storage);
        }
    }
}

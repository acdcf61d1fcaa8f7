using System.Net;
using AvatarGrains.Grains.Configuration;
using AvatarGrains.Grains.Streams;
using AvatarGrains.Core.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace AvatarGrains.Grains.Providers;

/// <summary>Where a silo finds the others, and where reminders and foreign ids are kept: chosen by <see cref="ClusterOptions.Clustering"/>.</summary>
internal static class ClusterProviders
{
    /// <summary>The names that may be chosen, whether or not this build has them.</summary>
    public static readonly IReadOnlyList<string> Names = ["localhost", "postgres", "redis", "azure"];

    /// <summary>Why a provider cannot be used, or null when it can.</summary>
    public static string? Problem(string name) => name switch
    {
        _ when Names.Contains(name) => null,
        _ => $"it must be {string.Join(", ", Names.SkipLast(1))} or {Names[^1]}.",
    };

    /// <summary>Asks a provider that is not the storage whether it is there.</summary>
    /// <returns>What it is, in words; null where the storage is the provider.</returns>
    /// <exception cref="StorageUnavailableException">It cannot be used; the message says where and why.</exception>
    public static async Task<string?> DescribeAsync(ClusterOptions options, CancellationToken cancellationToken)
    {
        switch (options.Clustering)
        {
            case "redis":
                return await RedisServer.DescribeAsync(options.ConnectionString, cancellationToken);
            default:
                await Task.CompletedTask;
                return null;
        }
    }

    /// <param name="silo">The silo.</param>
    /// <param name="options">How it takes part.</param>
    /// <param name="records">Records that all silos share.</param>
    /// <param name="queues">Queues that all silos share, for providers that have none of their own.</param>
    public static void Use(ISiloBuilder silo, ClusterOptions options, ISharedRecords records, ISharedQueues queues)
    {
        silo.AddFeeds(options.Streams);
        if (options.Streams != FeedTransport.Direct)
        {
            silo.AddSharedSubscriptions(records);
        }

        if (options.Streams == FeedTransport.Queue)
        {
            AddQueues(silo.Services, options, queues);
        }

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
            case "redis":
                RedisProviders.Use(silo, options.ConnectionString);
                break;
            case "azure":
                AzureProviders.Use(silo, options.ConnectionString);
                break;
            default:
                silo.UseSharedMembership(records).UseSharedReminders(records).AddSharedGrainStorage(records);
                break;
        }
    }

    /// <summary>The provider's own queues are the silo's to end; the storage's are not.</summary>
    private static void AddQueues(IServiceCollection services, ClusterOptions options, ISharedQueues queues)
    {
        if (options.Clustering == "redis")
        {
            services.AddSingleton(_ => Queues(options, queues.Life)!);
        }
        else
        {
            services.AddSingleton(queues);
        }
    }

    /// <summary>The provider's own queues, or null where they are the storage's.</summary>
    internal static ISharedQueues? Queues(ClusterOptions options, TimeSpan life) => options.Clustering switch
    {
        "redis" => new RedisSharedQueues(new RedisServer(options.ConnectionString), life),
        _ => null,
    };
}

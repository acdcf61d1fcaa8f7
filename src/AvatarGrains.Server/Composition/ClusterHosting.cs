using System.Net.Sockets;
using AvatarGrains.Edge;
using AvatarGrains.Grains.Configuration;
using AvatarGrains.Grains.Hosting;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Storage;
using AvatarGrains.Server.Configuration;

namespace AvatarGrains.Server.Composition;

/// <summary>Makes this process a silo.</summary>
internal static class ClusterHosting
{
    /// <exception cref="StartupException">The cluster cannot be joined.</exception>
    public static async Task<SessionHosting> StartAsync(ServerOptions options, SessionServices services, StorageComposition storage, ILoggerFactory log, CancellationToken cancellationToken)
    {
        var settings = options.Cluster;
        var cluster = OptionsOf(options);
        if (cluster.Problems() is { Count: > 0 } problems)
        {
            throw new StartupException(problems);
        }

        try
        {
            await cluster.DescribeProviderAsync(cancellationToken);
            var silo = await ClusterSilo.StartAsync(cluster, services, storage.Shared, storage.Queues, log, cancellationToken);
            return new SessionHosting(silo.Sessions, new Addresses(silo), silo.Rates, silo.ShareViewsAsync, silo);
        }
        catch (Exception failed) when (Cause<SocketException>(failed) is { SocketErrorCode: SocketError.AddressAlreadyInUse } refused)
        {
            throw new StartupException($"TCP port {settings.SiloPort} or {settings.GatewayPort} between silos is in use; set cluster.siloPort and cluster.gatewayPort.", refused);
        }
        catch (StorageUnavailableException away)
        {
            throw new StartupException($"The cluster cannot be joined: {away.Message}.", away);
        }
        catch (Exception failed) when (failed is not OutOfMemoryException)
        {
            // Clustering providers fail in their own ways: databases, name servers, silos that do not answer.
            throw new StartupException($"The cluster cannot be joined: {failed.GetBaseException().Message}", failed);
        }
    }

    /// <summary>How the settings have this process take part.</summary>
    internal static ClusterOptions OptionsOf(ServerOptions options)
    {
        var settings = options.Cluster;
        return new ClusterOptions
        {
            Role = settings.Roles!,
            Name = settings.Name ?? "",
            ClusterId = settings.ClusterId,
            ServiceId = settings.ServiceId,
            SiloPort = settings.SiloPort,
            GatewayPort = settings.GatewayPort,
            Address = settings.Address ?? "",
            Clustering = settings.Provider.ToLowerInvariant(),
            ConnectionString = settings.ConnectionString ?? "",
            Url = settings.Url ?? "",
            Streams = Enum.Parse<FeedTransport>(settings.Streams),
            Times = new ClusterTimes { Drain = options.DrainTime },
            Workers = new WorkerLimits
            {
                GpuEngines = settings.GpuEngines,
                Speech = LimitOf(settings.Workers.Speech),
                Chat = LimitOf(settings.Workers.Chat),
                Hearing = LimitOf(settings.Workers.Hearing),
            },
        };
    }

    private static WorkerLimit LimitOf(WorkSettings work) => new(work.AtOnce, work.Waiting);

    private static T? Cause<T>(Exception error)
        where T : Exception
    {
        for (var at = error; at is not null; at = at.InnerException)
        {
            if (at is T found)
            {
                return found;
            }
        }

        return null;
    }

    private sealed class Addresses(ClusterSilo silo) : IEdgeAddresses
    {
        public IReadOnlyList<string> Others => silo.OtherEdges;

        public bool AreThere => silo.HasOtherEdges;
    }
}

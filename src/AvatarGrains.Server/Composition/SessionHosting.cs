using AvatarGrains.Edge;
using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Sessions.InProcess;
using AvatarGrains.Server.Configuration;

namespace AvatarGrains.Server.Composition;

/// <summary>Where sessions run: in this process, or on the silos of the cluster that it belongs to.</summary>
/// <param name="Sessions">The sessions.</param>
/// <param name="Edges">Other edges that can carry them, or null for a server on its own.</param>
/// <param name="Rates">Counts requests where they are counted over several processes, else null.</param>
/// <param name="ShareViews">Tells the other edges what this one shows, the most used first, and brings back what they show; null for a server on its own.</param>
/// <param name="Owner">Ends what runs them.</param>
internal sealed record SessionHosting(
    ISessionHost Sessions,
    IEdgeAddresses? Edges,
    IRequestRates? Rates,
    Func<IReadOnlyList<AvatarView>, Task<IReadOnlyList<AvatarView>>>? ShareViews,
    IAsyncDisposable Owner) : IAsyncDisposable
{
    /// <param name="options">All settings.</param>
    /// <param name="services">What sessions need.</param>
    /// <param name="storage">What the silos of a cluster share.</param>
    /// <param name="log">Where it logs.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StartupException">The cluster cannot be joined.</exception>
    public static async Task<SessionHosting> StartAsync(ServerOptions options, SessionServices services, StorageComposition storage, ILoggerFactory log, CancellationToken cancellationToken)
    {
        if (options.Cluster.Roles is not null)
        {
            return await ClusterHosting.StartAsync(options, services, storage, log, cancellationToken);
        }
        var host = await InProcessSessionHost.StartAsync(services, cancellationToken);
        return new SessionHosting(host, null, null, null, host);
    }

    public ValueTask DisposeAsync() => Owner.DisposeAsync();
}

using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Speech;
using AvatarGrains.Core.Storage;
using AvatarGrains.Native.Opus;
using AvatarGrains.Server.Configuration;

namespace AvatarGrains.Server.Composition;

/// <summary>Everything below the web server, made in order and ended in the opposite one.</summary>
internal sealed class ServerParts : IAsyncDisposable
{
    private readonly ISegmentSource _segments;

    private ServerParts(SessionServices services, StorageComposition storage, EngineComposition engines, MediaComposition media, EdgeComposition? edge, SessionHosting hosting)
    {
        Storage = storage;
        Media = media;
        Engines = engines;
        Edge = edge;
        Hosting = hosting;
        Codecs = services.Codecs;
        _segments = services.Segments;
        Turns = services.Metrics;
    }

    public MediaComposition Media { get; }

    /// <summary>Null where no client is connected: silos of other roles.</summary>
    public EdgeComposition? Edge { get; }

    public EngineComposition Engines { get; }

    public IAudioCodecs Codecs { get; }

    public StorageComposition Storage { get; }

    public SessionHosting Hosting { get; }

    /// <summary>What the turns of the sessions here took.</summary>
    public SessionMetrics Turns { get; }

    /// <exception cref="StartupException">Something the server cannot do without is not there.</exception>
    public static async Task<ServerParts> CreateAsync(ServerOptions options, TimeProvider time, ILoggerFactory log, CancellationToken cancellationToken)
    {
        var storage = await StorageComposition.OpenAsync(options, time, cancellationToken);
        var codecs = new NativeAudioCodecs();
        EngineComposition? engines = null;
        MediaComposition? media = null;
        EdgeComposition? edge = null;
        try
        {
            engines = new EngineComposition(options, storage.Library, time);
            engines.Check(options.Cluster.GpuEngines);
            media = new MediaComposition(options, storage.Library, time, log);
            edge = options.Cluster.Has("edge") ? new EdgeComposition(options, time, log) : null;
            var services = new SessionServices
            {
                Engines = engines.Catalog,
                Knowledge = engines.Knowledge,
                Segments = new SegmentSource(engines.Catalog, codecs),
                Detectors = engines.Detectors,
                Codecs = codecs,
                Store = storage.Sessions,
                Quotas = storage.Tenants,
                Time = time,
                Log = log.CreateLogger("AvatarGrains.Sessions"),
            };
            var hosting = await SessionHosting.StartAsync(options, services, storage, log, cancellationToken);
            return new ServerParts(services, storage, engines, media, edge, hosting);
        }
        catch
        {
            edge?.Dispose();
            media?.Dispose();
            engines?.Dispose();
            await storage.DisposeAsync();
            throw;
        }
    }

    /// <summary>Encodes what the first visitor needs first: the default avatar's key frame, which stays cached.</summary>
    public async Task WarmAsync(int size, CancellationToken cancellationToken)
    {
        if (Media.Poses.Avatars.Count > 0)
        {
            using var set = await Media.Poses.OpenAsync(new AvatarView(Media.Poses.Avatars[0].Name, size, size), cancellationToken);
        }
    }

    /// <summary>Makes the first turn as fast as any other, while the server is already in use.</summary>
    /// <exception cref="Core.Engines.EngineException">An embedded engine cannot work.</exception>
    public Task PrepareAsync(CancellationToken cancellationToken) => Engines.PrepareAsync(_segments, cancellationToken);

    /// <summary>Deletes conversations that ended long ago, until it is cancelled.</summary>
    /// <param name="keep">How long after their end they are kept; zero for ever.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Told how many.</param>
    /// <param name="cancellationToken">The server stops.</param>
    public async Task RetainAsync(TimeSpan keep, TimeProvider time, ILoggerFactory log, CancellationToken cancellationToken)
    {
        if (keep > TimeSpan.Zero)
        {
            var retention = new SessionRetention(Storage.Sessions, keep, time, log.CreateLogger("AvatarGrains.Retention"));
            try
            {
                await Task.Run(() => retention.RunAsync(cancellationToken), CancellationToken.None);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                log.CreateLogger("AvatarGrains.Retention").LogDebug("The server stops; what is too old is deleted after its next start");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Hosting.DisposeAsync();
        await Storage.DisposeAsync();
        Edge?.Dispose();
        Media.Dispose();
        Engines.Dispose();
    }
}

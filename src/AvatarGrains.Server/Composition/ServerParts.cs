using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Hosting;
using AvatarGrains.Core.Hosting.InProcess;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Pipeline;
using AvatarGrains.Native.Opus;
using AvatarGrains.Server.Configuration;

namespace AvatarGrains.Server.Composition;

/// <summary>Everything below the web server, made in order and ended in the opposite one.</summary>
internal sealed class ServerParts : IAsyncDisposable
{
    private readonly ISegmentSource _segments;

    private ServerParts(MediaComposition media, EngineComposition engines, IAudioCodecs codecs, ISegmentSource segments, StorageComposition storage, InProcessSessionHost host)
    {
        Storage = storage;
        Media = media;
        Engines = engines;
        Codecs = codecs;
        _segments = segments;
        Host = host;
    }

    public MediaComposition Media { get; }

    public EngineComposition Engines { get; }

    public IAudioCodecs Codecs { get; }

    public StorageComposition Storage { get; }

    public InProcessSessionHost Host { get; }

    /// <exception cref="StartupException">Something the server cannot do without is not there.</exception>
    public static async Task<ServerParts> CreateAsync(ServerOptions options, TimeProvider time, ILoggerFactory log, CancellationToken cancellationToken)
    {
        var storage = await StorageComposition.OpenAsync(options, time, cancellationToken);
        var codecs = new NativeAudioCodecs();
        EngineComposition? engines = null;
        MediaComposition? media = null;
        try
        {
            engines = new EngineComposition(options, storage.Library, time);
            media = new MediaComposition(options, storage.Library, time, log);
            var segments = new SegmentSource(engines.Catalog, codecs);
            var services = new SessionServices
            {
                Engines = engines.Catalog,
                Knowledge = engines.Knowledge,
                Segments = segments,
                Detectors = engines.Detectors,
                Codecs = codecs,
                Store = storage.Sessions,
                Quotas = storage.Tenants,
                Time = time,
                Log = log.CreateLogger("AvatarGrains.Sessions"),
            };
            var host = await InProcessSessionHost.StartAsync(services, cancellationToken);
            return new ServerParts(media, engines, codecs, segments, storage, host);
        }
        catch
        {
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

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await Storage.DisposeAsync();
        Media.Dispose();
        Engines.Dispose();
    }
}

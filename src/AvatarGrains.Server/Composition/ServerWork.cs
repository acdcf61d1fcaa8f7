using AvatarGrains.Grains.Workers;
using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Storage;
using AvatarGrains.Edge;
using AvatarGrains.Grains.Placement;
using AvatarGrains.Media.Poses;
using AvatarGrains.Server.Configuration;

namespace AvatarGrains.Server.Composition;

/// <summary>What a server does by itself: before it is ready, and then until it stops.</summary>
internal sealed class ServerWork
{
    private readonly IServiceProvider _services;
    private readonly ServerOptions _options;
    private readonly ILoggerFactory _log;
    private readonly CancellationToken _stopping;

    public ServerWork(WebApplication app, ServerOptions options)
    {
        (_services, _options) = (app.Services, options);
        _log = _services.GetRequiredService<ILoggerFactory>();
        _stopping = app.Lifetime.ApplicationStopping;
    }

    /// <summary>Encodes what the first visitor needs first, the default avatar's key frame, while the silo starts.</summary>
    public Task WarmAsync() => _options.Cluster.Has("edge") ? Task.Run(EncodeAsync) : Task.CompletedTask;

    /// <summary>Runs the code of a join once, at an edge whose first clients may be those of a lost one.</summary>
    public async Task TryJoinAsync(int port)
    {
        if (!_options.Cluster.IsAlone && _services.GetService<EdgeMedia>() is { } media)
        {
            var own = new Uri($"http://{(_options.Listen == "*" ? "127.0.0.1" : _options.Listen)}:{port}/");
            await StartupJoin.RunAsync(own, media, _log.CreateLogger("AvatarGrains.StartupJoin"), _stopping);
        }
    }

    /// <summary>Returns when the server stops.</summary>
    public Task RunAsync()
    {
        var cluster = _options.Cluster;
        return Task.WhenAll(
            cluster.Has("worker") ? Task.Run(LoadAsync) : Task.CompletedTask,
            cluster.Has("session") && _options.Storage.KeepEnded > TimeSpan.Zero ? Task.Run(RetainAsync) : Task.CompletedTask,
            cluster.Has("edge") && !cluster.IsAlone ? ShareAsync() : Task.CompletedTask);
    }

    private async Task EncodeAsync()
    {
        var poses = _services.GetRequiredService<PoseLibrary>();
        if (poses.Avatars.Count == 0)
        {
            return;
        }

        try
        {
            var size = _options.Perso.DefaultSize;
            using var set = await poses.OpenAsync(new AvatarView(poses.Avatars[0].Name, size, size), _stopping);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // A server that is asked to end while it starts needs no picture any more; what follows sees that it stops.
        }
    }

    /// <summary>
    /// Makes the first turn as fast as any other, while the server is already in use. It is a matter of speed alone: when it fails, the first turn
    /// that needs it says so.
    /// </summary>
    private async Task LoadAsync()
    {
        var log = _log.CreateLogger("AvatarGrains.Engines");
        try
        {
            await _services.GetRequiredService<EngineComposition>().PrepareAsync(_services.GetRequiredService<WorkerEngines>().Segments, _stopping);
        }
        catch (EngineException failed)
        {
            log.LogWarning("An embedded engine cannot be used: {Problem}", failed.Message);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            log.LogDebug("The server stopped before its engines were loaded");
        }
    }

    /// <summary>Deletes conversations that ended long ago.</summary>
    private async Task RetainAsync()
    {
        var log = _log.CreateLogger("AvatarGrains.Retention");
        var retention = new SessionRetention(
            _services.GetRequiredService<ISessionStore>(), _options.Storage.KeepEnded, _services.GetRequiredService<TimeProvider>(), log);
        try
        {
            await retention.RunAsync(_stopping);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            log.LogDebug("The server stops; what is too old is deleted after its next start");
        }
    }

    private Task ShareAsync()
    {
        var edges = _services.GetRequiredService<EdgeDirectory>();
        var poses = _services.GetRequiredService<PoseLibrary>();
        var standby = new StandbyPoses(poses, edges.ShareViewsAsync, _log.CreateLogger("AvatarGrains.StandbyPoses"));
        return standby.RunAsync(_services.GetRequiredService<TimeProvider>(), _stopping);
    }
}

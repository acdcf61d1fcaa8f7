using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Speech;
using AvatarGrains.Core.Storage;
using AvatarGrains.Media.Poses;
using AvatarGrains.Native.Opus;
using AvatarGrains.Server.Configuration;

namespace AvatarGrains.Server.Composition;

/// <summary>
/// The parts of the server, each with what it gives to others. The container makes them once and disposes of them in the opposite order.
/// </summary>
internal static class ServerParts
{
    /// <summary>Sessions, library, tenants and keys.</summary>
    public static IServiceCollection AddStorage(this IServiceCollection services, StorageComposition storage) => services
        .AddSingleton(_ => storage)
        .AddSingleton(storage.Sessions)
        .AddSingleton(storage.Library)
        .AddSingleton(storage.TenantStore)
        .AddSingleton(storage.Tenants);

    /// <summary>Language models, voices, recognizers, and what they know: workers run them, everybody else asks the workers.</summary>
    public static IServiceCollection AddEngines(this IServiceCollection services, ServerOptions options) => services
        .AddSingleton(s => new EngineComposition(
            options, s.GetRequiredService<ILibraryStore>(), s.GetService<IAudioTranscoder>(), s.GetRequiredService<TimeProvider>()))
        .AddSingleton<IKnowledgeSource>(s => s.GetRequiredService<EngineComposition>().Knowledge)
        .AddSingleton(s => s.GetRequiredService<EngineComposition>().Detectors)
        .AddSingleton<IAudioCodecs, NativeAudioCodecs>()
        .AddSingleton(s => s.GetRequiredService<EngineComposition>().ForWorkers(
            s.GetRequiredService<IAudioCodecs>(), s.GetRequiredService<ILoggerFactory>().CreateLogger("AvatarGrains.Speech")));

    /// <summary>Avatars, their poses and backgrounds.</summary>
    public static IServiceCollection AddMedia(this IServiceCollection services, ServerOptions options) => services
        .AddSingleton(s => new MediaComposition(
            options, s.GetRequiredService<ILibraryStore>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILoggerFactory>()))
        .AddSingleton<PoseLibrary>(s => s.GetRequiredService<MediaComposition>().Poses)
        .AddSingleton<IPoseLibrary>(s => s.GetRequiredService<PoseLibrary>())
        .AddSingleton<IBackgroundPictures>(s => s.GetRequiredService<MediaComposition>().Backgrounds);

    /// <summary>The media socket, where clients are connected.</summary>
    public static IServiceCollection AddEdge(this IServiceCollection services, ServerOptions options) => options.Cluster.Has("edge")
        ? services
            .AddSingleton(s => new EdgeComposition(options, s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILoggerFactory>()))
            .AddSingleton(s => s.GetRequiredService<EdgeComposition>().Media)
        : services;

    /// <summary>What sessions use of the other parts.</summary>
    public static IServiceCollection AddSessions(this IServiceCollection services, ServerOptions options) => services
        .AddSingleton(s => new SessionServices
        {
            Engines = s.GetRequiredService<IEngineCatalog>(),
            Knowledge = s.GetRequiredService<IKnowledgeSource>(),
            Segments = s.GetRequiredService<ISegmentSource>(),
            Detectors = s.GetRequiredService<IVoiceActivityDetectors>(),
            Codecs = s.GetRequiredService<IAudioCodecs>(),
            Store = s.GetRequiredService<ISessionStore>(),
            Quotas = s.GetRequiredService<TenantDirectory>(),
            Speech = options.Speech,
            Time = s.GetRequiredService<TimeProvider>(),
            Log = s.GetRequiredService<ILoggerFactory>().CreateLogger("AvatarGrains.Sessions"),
        });

    /// <summary>Makes the parts whose absence is a mistake of the settings or the machine, so that it is said before the silo starts.</summary>
    /// <exception cref="StartupException">Something that the server cannot do without is not there.</exception>
    public static void Check(IServiceProvider services, ServerOptions options)
    {
        services.GetRequiredService<EngineComposition>().Check(options.Cluster.GpuEngines);
        services.GetRequiredService<MediaComposition>();
        services.GetService<EdgeComposition>();
    }
}

using System.Diagnostics;
using System.Globalization;
using AvatarGrains.Grains.Configuration;
using AvatarGrains.Grains.Placement;
using AvatarGrains.Grains.Streams;
using AvatarGrains.Core.Storage;
using AvatarGrains.Core.Storage.InMemory;
using AvatarGrains.Storage.Postgres;
using AvatarGrains.Storage.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Streams;
using Orleans.TestingHost;

namespace AvatarGrains.ClusterBench.Comparison;

/// <summary>Compares ways for a chunk of speech to travel from a session's silo to an edge: two silos in this process over in-memory connections, grains that speak as sessions do.</summary>
internal static class StreamComparison
{
    private static readonly int[] Polls = [100, 10];
    private static readonly TimeSpan QueueLife = TimeSpan.FromSeconds(5);

    /// <param name="sessions">Speakers.</param>
    /// <param name="duration">Measured window.</param>
    /// <param name="postgres">Connection string of a PostgreSQL for its queues, or null to leave them out.</param>
    public static async Task RunAsync(int sessions, TimeSpan duration, string? postgres)
    {
        var seconds = (int)duration.TotalSeconds;
        await MeasureAsync(Path.Direct, sessions, seconds, 100);
        await MeasureAsync(Path.Observer, sessions, seconds, 100);
        foreach (var poll in Polls)
        {
            await MeasureAsync(Path.Memory, sessions, seconds, poll);
        }

        await MeasureAsync(Path.QueueInMemory, sessions, seconds, 0, new InMemorySharedQueues(QueueLife, TimeProvider.System));
        var folder = Directory.CreateTempSubdirectory("avatar-bench-");
        await using (var file = SqliteDatabase.Open(System.IO.Path.Combine(folder.FullName, "queues.db")))
        {
            await MeasureAsync(Path.QueueInSqlite, sessions, seconds, 0, new SqliteSharedQueues(file, QueueLife, TimeProvider.System));
        }

        folder.Delete(recursive: true);
        if (postgres is not null)
        {
            await using var database = await PostgresDatabase.OpenAsync(new PostgresOptions { ConnectionString = postgres }, CancellationToken.None);
            await using var queues = new PostgresSharedQueues(database, QueueLife);
            await MeasureAsync(Path.QueueInPostgres, sessions, seconds, 0, queues);
        }
    }

    private static async Task MeasureAsync(Path path, int sessions, int seconds, int pollMs, ISharedQueues? queues = null)
    {
        SiloRoles[] roles = [SiloRoles.Edge, SiloRoles.Session];
        var builder = new InProcessTestClusterBuilder((short)roles.Length);
        builder.Options.AssumeHomogenousSilosForTesting = false;
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo((options, silo) => Configure(silo, roles[int.Parse(options.SiloName.Split('_')[1], CultureInfo.InvariantCulture)], pollMs, path, queues));
        await using var cluster = builder.Build();
        await cluster.DeployAsync();
        var edge = cluster.Silos.Single(s => s.Name == "Silo_0").ServiceProvider;
        await KnowsAsync(edge, roles.Length);
        var grains = edge.GetRequiredService<IGrainFactory>();
        var latencies = new Latencies();
        var observer = grains.CreateObjectReference<IChunkObserver>(latencies);
        List<object> kept = [];
        for (var i = 0; i < sessions; i++)
        {
            var name = $"s{i}";
            if (path != Path.Observer)
            {
                var stream = edge.GetRequiredKeyedService<IStreamProvider>(path.ToString()).GetStream<Chunk>(StreamId.Create("speaker", name));
                kept.Add(await stream.SubscribeAsync(latencies));
            }

            await grains.GetGrain<ISpeakerGrain>(name).StartAsync((int)path, observer, i * 8000 / sessions);
        }

        await Task.Delay(TimeSpan.FromSeconds(9), TimeProvider.System);
        latencies.Open();
        var (cpu, started) = (Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
        await Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System);
        var cores = (Environment.CpuUsage.TotalTime - cpu) / Stopwatch.GetElapsedTime(started);
        Console.WriteLine($"{path,-15} {(path == Path.Memory ? $"poll {pollMs} ms" : ""),-12} {sessions} speaking: {latencies.Report(cores)}");
        await Task.WhenAll(Enumerable.Range(0, sessions).Select(i => grains.GetGrain<ISpeakerGrain>($"s{i}").StopAsync()));
        GC.KeepAlive(kept);
    }

    private static async Task KnowsAsync(IServiceProvider silo, int silos)
    {
        await foreach (var manifest in silo.GetRequiredService<IClusterManifestProvider>().Updates)
        {
            if (manifest.Silos.Count == silos)
            {
                return;
            }
        }
    }

    private static void Configure(ISiloBuilder silo, SiloRoles roles, int pollMs, Path path, ISharedQueues? queues)
    {
        silo.AddGrainExtension<IDirectStreamSource, DirectStreamSource>();
        silo.Services.PostConfigure<Orleans.Configuration.SiloOptions>(o => o.SiloName = SiloNames.Make(roles, o.SiloName));
        silo.Services.AddSingleton<SiloDirectory>();
        silo.Services.AddSingleton<DirectStreamHub>();
        ClusterSiloBuilder.AddPlacement(silo.Services);
        silo.Services.AddKeyedSingleton<IStreamProvider>(
            nameof(Path.Direct), (s, _) => new DirectStreamProvider(nameof(Path.Direct), s.GetRequiredService<IGrainFactory>(), s.GetRequiredService<DirectStreamHub>()));
        silo.AddMemoryGrainStorage("PubSubStore");
        if (queues is not null)
        {
            silo.Services.AddSingleton(queues);
            silo.AddFeeds(FeedTransport.Queue, path.ToString());
            return;
        }

        silo.AddMemoryStreams(nameof(Path.Memory), streams =>
            streams.ConfigurePullingAgent(o => o.Configure(p => p.GetQueueMsgsTimerPeriod = TimeSpan.FromMilliseconds(pollMs))));
    }
}

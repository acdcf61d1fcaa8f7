using System.Diagnostics;
using System.Globalization;
using AvatarGrains.Grains.Configuration;
using AvatarGrains.Grains.Placement;
using AvatarGrains.Grains.Streams;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Streams;
using Orleans.TestingHost;

namespace AvatarGrains.ClusterBench.Comparison;

/// <summary>
/// Compares ways for a chunk of speech to travel from a session's silo to an edge: two silos in this process over in-memory connections, grains that
/// speak as sessions do.
/// </summary>
internal static class StreamComparison
{
    private static readonly int[] Polls = [100, 10];

    /// <param name="sessions">Speakers.</param>
    /// <param name="duration">Measured window.</param>
    public static async Task RunAsync(int sessions, TimeSpan duration)
    {
        var seconds = (int)duration.TotalSeconds;
        await MeasureAsync(Path.Direct, sessions, seconds, 100);
        await MeasureAsync(Path.Observer, sessions, seconds, 100);
        foreach (var poll in Polls)
        {
            await MeasureAsync(Path.Memory, sessions, seconds, poll);
        }
    }

    private static async Task MeasureAsync(Path path, int sessions, int seconds, int pollMs)
    {
        SiloRoles[] roles = [SiloRoles.Edge, SiloRoles.Session];
        var builder = new InProcessTestClusterBuilder((short)roles.Length);
        builder.Options.AssumeHomogenousSilosForTesting = false;
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo(
            (options, silo) => Configure(silo, roles[int.Parse(options.SiloName.Split('_')[1], CultureInfo.InvariantCulture)], pollMs));
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

    private static void Configure(ISiloBuilder silo, SiloRoles roles, int pollMs)
    {
        silo.AddGrainExtension<IDirectStreamSource, DirectStreamSource>();
        silo.Services.PostConfigure<Orleans.Configuration.SiloOptions>(o => o.SiloName = SiloNames.Make(roles, o.SiloName));
        silo.Services.AddSingleton<DirectStreamHub>();
        ClusterSiloBuilder.AddPlacement(silo.Services);
        silo.Services.AddKeyedSingleton<IStreamProvider>(
            nameof(Path.Direct),
            (s, _) => new DirectStreamProvider(nameof(Path.Direct), s.GetRequiredService<IGrainFactory>(), s.GetRequiredService<DirectStreamHub>()));
        silo.AddMemoryGrainStorage("PubSubStore");
        silo.AddMemoryStreams(nameof(Path.Memory), streams =>
            streams.ConfigurePullingAgent(o => o.Configure(p => p.GetQueueMsgsTimerPeriod = TimeSpan.FromMilliseconds(pollMs))));
    }
}

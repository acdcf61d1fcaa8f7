using System.Diagnostics;
using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Server.Launch;
using Microsoft.Extensions.DependencyInjection;

namespace AvatarGrains.ClusterBench.Processes;

/// <summary>Silos in processes of their own, and the edge, which is this process. Each is connected to the others by TCP.</summary>
internal sealed class BenchCluster : IAsyncDisposable
{
    private readonly BenchOptions _options;
    private readonly string _data = Directory.CreateTempSubdirectory("avatar-cluster-").FullName;
    private readonly string _name = Guid.NewGuid().ToString("n");
    private readonly Dictionary<string, SiloProcess> _silos = [];
    private SiloParts? _edge;
    private RedisProcess? _redis;
    private int _started;

    private BenchCluster(BenchOptions options) => _options = options;

    /// <summary>The sessions, as an edge sees them.</summary>
    public ISessionHost Sessions => _edge!.Services.GetRequiredService<ISessionHost>();

    public IReadOnlyDictionary<string, SiloProcess> Silos => _silos;

    /// <summary>Starts silos, <c>session-1</c> for role <c>session</c> and so on, then the edge.</summary>
    public static async Task<BenchCluster> StartAsync(BenchOptions options, params string[] roles)
    {
        var cluster = new BenchCluster(options);
        try
        {
            cluster._redis = options.Postgres is null ? await RedisProcess.StartAsync() : null;
            foreach (var role in roles)
            {
                await cluster.AddAsync(role);
            }

            cluster._edge = await SiloParts.StartAsync(cluster.Plan("edge-1", "edge"));
            await cluster.KnownAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts one more silo; returns when the edge knows it.</summary>
    public async Task<SiloProcess> AddAsync(string role)
    {
        var name = $"{role.Replace('+', '-')}-{_silos.Values.Count(s => s.Plan.Role == role) + 1}";
        var silo = await SiloProcess.StartAsync(Plan(name, role));
        _silos.Add(name, silo);
        if (_edge is not null)
        {
            await KnownAsync();
        }

        return silo;
    }

    public SiloStats Edge(bool collect = false) => _edge!.Meter.Take(0, collect);

    /// <summary>What every process did, by silo.</summary>
    public async Task<Dictionary<string, SiloStats>> StatsAsync(bool collect = false)
    {
        var stats = new Dictionary<string, SiloStats> { ["edge-1"] = Edge(collect) };
        foreach (var (name, silo) in _silos)
        {
            stats[name] = await silo.StatsAsync(collect);
        }

        return stats;
    }

    /// <summary>What the membership says has gone is taken off the list.</summary>
    public void Forget(SiloProcess silo) => _silos.Remove(silo.Plan.Name);

    /// <summary>Makes sessions, each with a connection and a tap at the edge.</summary>
    /// <param name="count">How many.</param>
    /// <param name="took">Gets how long each took to make, ms.</param>
    public async Task<Dictionary<string, Tap>> CreateAsync(int count, List<double> took)
    {
        var spec = new SessionSpec(Capabilities.Llm | Capabilities.Tts, new AvatarView("mira", 512, 512), Voice: "scripted", Dialect: "bench");
        var taps = new Dictionary<string, Tap>();
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (_, token) =>
        {
            var started = Stopwatch.GetTimestamp();
            var session = await Sessions.CreateAsync(spec, token);
            var ms = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            var tap = new Tap(session.Id);
            await Sessions.Open(session.Id).SubscribeAsync(tap, token);
            await Sessions.Open(session.Id).SendAsync(new TransportConnected("c-" + session.Id), token);
            lock (taps)
            {
                taps.Add(session.Id, tap);
                took.Add(ms);
            }
        });
        return taps;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in _silos.Values)
        {
            await silo.DisposeAsync();
        }

        if (_edge is not null)
        {
            await _edge.DisposeAsync();
        }

        await (_redis?.DisposeAsync() ?? ValueTask.CompletedTask);

        Directory.Delete(_data, recursive: true);
    }

    private SiloPlan Plan(string name, string role) =>
        new(name, role, _options.Port + _started++, _name, _data, _options.Postgres, _redis?.ConnectionString);

    /// <summary>Returns when the edge knows what every silo can do.</summary>
    private async Task KnownAsync()
    {
        await foreach (var manifest in _edge!.Services.GetRequiredService<IClusterManifestProvider>().Updates)
        {
            if (manifest.Silos.Count == _silos.Count + 1)
            {
                return;
            }
        }
    }
}

using AvatarGrains.Grains.Configuration;
using AvatarGrains.Grains.Hosting;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Speech;
using AvatarGrains.Core.Storage;
using AvatarGrains.Core.Storage.InMemory;
using AvatarGrains.Engines.Vad;
using AvatarGrains.Native.Opus;
using AvatarGrains.Storage.Postgres;
using AvatarGrains.Storage.Sqlite;
using Microsoft.Extensions.Logging;

namespace AvatarGrains.ClusterBench.Processes;

/// <summary>A silo in this process, as the server composes one, with scripted engines.</summary>
internal sealed class SiloParts : IAsyncDisposable
{
    private readonly IAsyncDisposable _database;
    private readonly ILoggerFactory _log;

    private SiloParts(ClusterSilo silo, SiloMeter meter, IAsyncDisposable database, ILoggerFactory log)
    {
        Silo = silo;
        Meter = meter;
        _database = database;
        _log = log;
    }

    public ClusterSilo Silo { get; }

    public SiloMeter Meter { get; }

    public static async Task<SiloParts> StartAsync(SiloPlan plan)
    {
        // Orleans calls it an error that a silo which is just starting does not answer yet.
        var log = LoggerFactory.Create(static l => l.AddSimpleConsole(static c => c.SingleLine = true).SetMinimumLevel(LogLevel.Error).AddFilter("Orleans", LogLevel.Critical));
        var meter = new SiloMeter();
        var (database, store, records) = await OpenAsync(plan);
        var engines = new BenchEngines();
        var codecs = new NativeAudioCodecs();
        var services = new SessionServices
        {
            Engines = engines,
            Knowledge = engines,
            Segments = new SegmentSource(engines, codecs),
            Detectors = new EmbeddedVoiceDetectors(),
            Codecs = codecs,
            Store = meter.Count(store),
            Quotas = new LocalTenantQuotas(TenantLimits.Local with { MaxActiveSessions = null }),
            Log = log.CreateLogger("AvatarGrains.Sessions"),
        };
        var options = new ClusterOptions
        {
            Role = plan.Role,
            Name = plan.Name,
            ClusterId = plan.Cluster,
            ServiceId = plan.Cluster,
            SiloPort = plan.Port,
            Address = "127.0.0.1",
            Clustering = "localhost",
        };
        return new SiloParts(await ClusterSilo.StartAsync(options, services, meter.Count(records), new InMemorySharedQueues(TimeSpan.FromSeconds(5), TimeProvider.System), log, CancellationToken.None), meter, database, log);
    }

    public async ValueTask DisposeAsync()
    {
        await Silo.DisposeAsync();
        await _database.DisposeAsync();
        Meter.Dispose();
        _log.Dispose();
    }

    private static async Task<(IAsyncDisposable Database, ISessionStore Store, ISharedRecords Records)> OpenAsync(SiloPlan plan)
    {
        if (plan.Postgres is { } connection)
        {
            var server = await PostgresDatabase.OpenAsync(new PostgresOptions { ConnectionString = connection }, CancellationToken.None);
            return (server, new PostgresSessionStore(server), new PostgresSharedRecords(server));
        }

        var file = SqliteDatabase.Open(System.IO.Path.Combine(plan.Data, "bench.db"));
        return (file, new SqliteSessionStore(file), new SqliteSharedRecords(file));
    }
}

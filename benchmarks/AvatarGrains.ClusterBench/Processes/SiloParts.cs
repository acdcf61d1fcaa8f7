using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Storage;
using AvatarGrains.Grains.Configuration;
using AvatarGrains.Grains.Placement;
using AvatarGrains.Grains.Providers;
using AvatarGrains.Storage.Postgres;
using AvatarGrains.Storage.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AvatarGrains.ClusterBench.Processes;

/// <summary>A silo in this process, made as the server makes its own, with scripted engines.</summary>
internal sealed class SiloParts : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly IAsyncDisposable _database;

    private SiloParts(IHost host, SiloMeter meter, IAsyncDisposable database) => (_host, Meter, _database) = (host, meter, database);

    public IServiceProvider Services => _host.Services;

    public SiloMeter Meter { get; }

    public static async Task<SiloParts> StartAsync(SiloPlan plan)
    {
        var meter = new SiloMeter();
        var (database, store) = await OpenAsync(plan);
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });

        // Orleans calls it an error that a silo which is just starting does not answer yet.
        builder.Logging.AddSimpleConsole(static c => c.SingleLine = true).SetMinimumLevel(LogLevel.Error).AddFilter("Orleans", LogLevel.Critical);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddSingleton(s => SessionsOver(meter.Count(store), s.GetRequiredService<ILoggerFactory>()));
        var options = OptionsOf(plan);
        builder.UseOrleans(silo => silo.UseClusterProvider(options).AddAvatarGrains(options));
        var host = builder.Build();
        await host.StartAsync();
        return new SiloParts(host, meter, database);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        await _database.DisposeAsync();
        Meter.Dispose();
    }

    private static SessionServices SessionsOver(ISessionStore store, ILoggerFactory log)
    {
        return BenchEngines.Services(store) with
        {
            Quotas = new LocalTenantQuotas(TenantLimits.Local with { MaxActiveSessions = null }),
            Log = log.CreateLogger("AvatarGrains.Sessions"),
        };
    }

    private static ClusterOptions OptionsOf(SiloPlan plan) => new()
    {
        Roles = SiloNames.TryParse(plan.Role, out var roles) ? roles : throw new FormatException($"there is no role '{plan.Role}'"),
        Name = plan.Name,
        ClusterId = plan.Cluster,
        ServiceId = plan.Cluster,
        SiloPort = plan.Port,
        Address = "127.0.0.1",
        Provider = plan.Postgres is null ? ClusterProvider.Redis : ClusterProvider.Postgres,
        ConnectionString = plan.Postgres ?? plan.Redis!,
    };

    private static async Task<(IAsyncDisposable Database, ISessionStore Store)> OpenAsync(SiloPlan plan)
    {
        if (plan.Postgres is { } connection)
        {
            var server = await PostgresDatabase.OpenAsync(new PostgresOptions { ConnectionString = connection }, CancellationToken.None);
            return (server, new PostgresSessionStore(server));
        }

        var file = SqliteDatabase.Open(System.IO.Path.Combine(plan.Data, "bench.db"));
        return (file, new SqliteSessionStore(file));
    }

    /// <summary>Signals are the process's to handle.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

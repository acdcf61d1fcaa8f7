using AvatarGrains.Cluster.Configuration;
using AvatarGrains.Cluster.Placement;
using AvatarGrains.Cluster.Sessions;
using AvatarGrains.Core.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;

namespace AvatarGrains.Cluster.Tests.Harness;

/// <summary>A cluster of real silos in this process, each with its roles.</summary>
internal sealed class LocalCluster : IAsyncDisposable
{
    private readonly InProcessTestCluster _cluster;
    private readonly Dictionary<int, InProcessSiloHandle> _silos = [];

    private LocalCluster(InProcessTestCluster cluster) => _cluster = cluster;

    /// <summary>Turns are in virtual time, which does not go on while a silo stops; so nothing is waited for.</summary>
    public static ClusterTimes Times { get; } = new()
    {
        Probe = TimeSpan.FromMilliseconds(500),
        Drain = TimeSpan.FromMilliseconds(50),
        Move = TimeSpan.FromSeconds(20),
        FirstPiece = TimeSpan.FromSeconds(5),
    };

    /// <param name="services">Gives the services of a silo by its number.</param>
    /// <param name="times">How long things may take.</param>
    /// <param name="roles">One silo for each.</param>
    public static Task<LocalCluster> StartAsync(Func<int, SessionServices> services, ClusterTimes times, params SiloRoles[] roles) =>
        StartAsync(services, times, new WorkerLimits(), roles);

    public static async Task<LocalCluster> StartAsync(Func<int, SessionServices> services, ClusterTimes times, WorkerLimits limits, params SiloRoles[] roles)
    {
        var builder = new InProcessTestClusterBuilder((short)roles.Length);
        builder.Options.AssumeHomogenousSilosForTesting = false;
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo((options, silo) =>
        {
            var number = int.Parse(options.SiloName.Split('_')[1], System.Globalization.CultureInfo.InvariantCulture);
            silo.AddAvatarGrains(roles[number], $"t{number}", times, limits);
            silo.UseInMemoryReminderService();
            silo.AddMemoryGrainStorage(ClusterSiloBuilder.StorageName);
            silo.Services.AddSingleton(services(number));
            silo.Services.AddSingleton<IFatalErrorHandler, Survivor>();
        });
        var local = new LocalCluster(builder.Build());
        await local._cluster.DeployAsync();
        foreach (var silo in local._cluster.Silos)
        {
            local._silos[int.Parse(silo.Name.Split('_')[1], System.Globalization.CultureInfo.InvariantCulture)] = silo;
        }

        await Task.WhenAll(local._silos.Values.Select(silo => KnowsAsync(silo.ServiceProvider, roles.Length)));
        return local;
    }

    public ISessionHost Host(int silo) => Service<ISessionHost>(silo);

    public T Service<T>(int silo)
        where T : notnull => _silos[silo].ServiceProvider.GetRequiredService<T>();

    public SiloAddress Address(int silo) => _silos[silo].SiloAddress;

    /// <summary>The silo that runs a session.</summary>
    public int SiloOf(string session) => _silos.Keys.Single(n => Service<SessionSilo>(n).Runs(session));

    /// <summary>Has the cluster declare a silo dead that goes on running, as happens when the network between them breaks.</summary>
    public Task<bool> SuspectAsync(int silo, int by) => Service<IClusterMembershipService>(by).TryKill(Address(silo));

    /// <summary>Returns when a silo knows that another is gone, and everything that listens there has been told.</summary>
    public Task LostAsync(int silo, SiloAddress lost) => LostAsync(Service<ISiloStatusOracle>(silo), lost);

    internal static async Task LostAsync(ISiloStatusOracle oracle, SiloAddress lost)
    {
        var told = new Told(lost);
        oracle.SubscribeToSiloStatusEvents(told);
        if (oracle.GetApproximateSiloStatus(lost) != SiloStatus.Dead)
        {
            await told.Gone.Task.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System);
        }

        oracle.UnSubscribeFromSiloStatusEvents(told);
    }

    /// <summary>Stops a silo the way an operator does.</summary>
    public Task StopAsync(int silo) => _cluster.StopSiloAsync(Take(silo));

    /// <summary>Stops a silo without a word.</summary>
    public Task KillAsync(int silo) => _cluster.KillSiloAsync(Take(silo));

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    /// <summary>Returns when a silo knows what every silo can do, so that it places grains on all of them.</summary>
    internal static async Task KnowsAsync(IServiceProvider silo, int silos)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await foreach (var manifest in silo.GetRequiredService<IClusterManifestProvider>().Updates.WithCancellation(limit.Token))
        {
            if (manifest.Silos.Count == silos)
            {
                return;
            }
        }
    }

    private InProcessSiloHandle Take(int silo) => _silos.Remove(silo, out var handle) ? handle : throw new InvalidOperationException($"Silo {silo} is gone already.");

    private sealed class Told(SiloAddress lost) : ISiloStatusListener
    {
        public TaskCompletionSource Gone { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status)
        {
            if (status == SiloStatus.Dead && updatedSilo.Equals(lost))
            {
                Gone.TrySetResult();
            }
        }
    }
}

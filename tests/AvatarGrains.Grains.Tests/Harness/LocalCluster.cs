using System.Collections.Concurrent;
using AvatarGrains.Grains.Configuration;
using AvatarGrains.Grains.Placement;
using AvatarGrains.Grains.Sessions;
using AvatarGrains.Grains.Streams;
using AvatarGrains.Grains.Workers;
using AvatarGrains.Core.Sessions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.TestingHost;

namespace AvatarGrains.Grains.Tests.Harness;

/// <summary>A cluster of real silos in this process, each with its roles.</summary>
internal sealed class LocalCluster : IAsyncDisposable
{
    /// <summary>Longer than anything here takes on a busy machine: what is not done by then will never be.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly InProcessTestCluster _cluster;
    private readonly ConcurrentDictionary<int, InProcessSiloHandle> _silos = [];
    private readonly ConcurrentDictionary<int, InProcessSiloHandle> _cutOff = [];
    private readonly List<SiloRoles> _roles;

    private LocalCluster(InProcessTestCluster cluster, List<SiloRoles> roles) => (_cluster, _roles) = (cluster, roles);

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
        StartAsync(services, times, new WorkerLimits(), FeedTransport.Direct, roles);

    public static async Task<LocalCluster> StartAsync(
        Func<int, SessionServices> services, ClusterTimes times, WorkerLimits limits, FeedTransport feeds, params SiloRoles[] roles)
    {
        List<SiloRoles> all = [.. roles];
        var builder = new InProcessTestClusterBuilder((short)roles.Length);
        builder.Options.AssumeHomogenousSilosForTesting = false;
        builder.Options.ConfigureFileLogging = false;
        // The tests call from the silos: nobody would use a client.
        builder.Options.InitializeClientOnDeploy = false;
        builder.ConfigureSilo((options, silo) =>
        {
            var number = int.Parse(options.SiloName.Split('_')[1], System.Globalization.CultureInfo.InvariantCulture);
            // Not a silo on its own: the test cluster has a membership, and what follows stands in for a provider's reminders and storage.
            silo.AddAvatarGrains(new ClusterOptions
            {
                Roles = all[number],
                Name = $"t{number}",
                Times = times,
                Workers = limits,
                Streams = feeds,
                Primary = "127.0.0.1:11111",
            });
            silo.UseInMemoryReminderService();
            silo.AddMemoryGrainStorage(ClusterSiloBuilder.StorageName);
            silo.AddMemoryGrainStorage(FeedStreams.Subscriptions);
            silo.Services.AddSessionServices(OffWorkers.Refuse(services(number), all[number]));
            silo.Services.AddSingleton<IFatalErrorHandler, Survivor>();
            silo.Services.AddSingleton<IHostLifetime, NoLifetime>();
            silo.Services.AddSingleton<HeldCalls>();
            silo.Services.AddSingleton<IOutgoingGrainCallFilter>(s => s.GetRequiredService<HeldCalls>());
        });
        var local = new LocalCluster(builder.Build(), all);
        await local._cluster.DeployAsync().WaitAsync(Patience, TimeProvider.System);
        foreach (var silo in local._cluster.Silos)
        {
            local._silos[int.Parse(silo.Name.Split('_')[1], System.Globalization.CultureInfo.InvariantCulture)] = silo;
        }

        await local.KnownAsync();
        return local;
    }

    /// <summary>Numbers of the silos that run.</summary>
    public IEnumerable<int> Silos => _silos.Keys;

    public SiloRoles RolesOf(int silo) => _roles[silo];

    /// <summary>Adds a silo and returns its number when all know it.</summary>
    public async Task<int> AddAsync(SiloRoles roles)
    {
        var number = _roles.Count;
        _roles.Add(roles);
        _silos[number] = await _cluster.StartSiloAsync(number, _cluster.Options).WaitAsync(Patience, TimeProvider.System);
        await KnownAsync();
        return number;
    }

    public ISessionHost Host(int silo) => Service<ISessionHost>(silo);

    public T Service<T>(int silo)
        where T : notnull => _silos[silo].ServiceProvider.GetRequiredService<T>();

    public SiloAddress Address(int silo) => _silos[silo].SiloAddress;

    /// <summary>The silo that runs a session.</summary>
    public int SiloOf(string session) => _silos.Keys.Single(n => Service<SessionSilo>(n).Runs(session));

    /// <summary>Calls that leave a silo.</summary>
    public HeldCalls Calls(int silo) => Service<HeldCalls>(silo);

    /// <summary>
    /// Has the cluster declare a silo dead that goes on running, as happens when the network between them breaks. It counts no more among the silos
    /// here.
    /// </summary>
    public async Task SuspectAsync(int silo, int by)
    {
        var address = Address(silo);
        _cutOff[silo] = Take(silo);
        Assert.True(await Service<IClusterMembershipService>(by).TryKill(address).WaitAsync(Patience, TimeProvider.System));
    }

    /// <summary>Returns when a silo knows that another is gone, and everything that listens there has been told.</summary>
    public Task LostAsync(int silo, SiloAddress lost) => LostAsync(Service<ISiloStatusOracle>(silo), lost);

    internal static async Task LostAsync(ISiloStatusOracle oracle, SiloAddress lost)
    {
        var told = new Told(lost);
        oracle.SubscribeToSiloStatusEvents(told);
        if (oracle.GetApproximateSiloStatus(lost) != SiloStatus.Dead)
        {
            await told.Gone.Task.WaitAsync(Patience, TimeProvider.System);
        }

        oracle.UnSubscribeFromSiloStatusEvents(told);
    }

    /// <summary>Stops a silo the way an operator does.</summary>
    public Task StopAsync(int silo) => _cluster.StopSiloAsync(Take(silo)).WaitAsync(Patience, TimeProvider.System);

    /// <summary>Stops a silo without a word.</summary>
    public Task KillAsync(int silo) => _cluster.KillSiloAsync(Take(silo)).WaitAsync(Patience, TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        // Silos that were added are nobody else's to stop.
        var added = _silos.Values.Concat(_cutOff.Values).Except(_cluster.Silos).ToList();
        await Task.WhenAll(added.Select(_cluster.KillSiloAsync)).WaitAsync(Patience, TimeProvider.System);
        await _cluster.DisposeAsync().AsTask().WaitAsync(Patience, TimeProvider.System);
    }

    /// <summary>Returns when a silo knows what every silo can do, so that it places grains on all of them.</summary>
    internal static async Task KnowsAsync(IServiceProvider silo, IReadOnlyCollection<SiloAddress> silos)
    {
        using var limit = new CancellationTokenSource(Patience);
        await foreach (var manifest in silo.GetRequiredService<IClusterManifestProvider>().Updates.WithCancellation(limit.Token))
        {
            if (silos.All(manifest.Silos.ContainsKey))
            {
                return;
            }
        }
    }

    private Task KnownAsync() =>
        Task.WhenAll(_silos.Values.Select(silo => KnowsAsync(silo.ServiceProvider, [.. _silos.Values.Select(s => s.SiloAddress)])));

    private InProcessSiloHandle Take(int silo) => _silos.TryRemove(silo, out var handle) || _cutOff.TryRemove(silo, out handle)
        ? handle
        : throw new InvalidOperationException($"Silo {silo} is gone already.");

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

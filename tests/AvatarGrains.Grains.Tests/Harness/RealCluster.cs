using System.Net;
using System.Net.Sockets;
using AvatarGrains.Grains.Configuration;
using AvatarGrains.Grains.Placement;
using AvatarGrains.Grains.Providers;
using AvatarGrains.Grains.Sessions;
using AvatarGrains.Grains.Workers;
using AvatarGrains.Core.Sessions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AvatarGrains.Grains.Tests.Harness;

/// <summary>Silos in this process that find each other as in production: by what they share, over TCP.</summary>
internal sealed class RealCluster : IAsyncDisposable
{
    private readonly Dictionary<int, (IHost Host, CutOffMembership.Switch Membership)> _silos = [];

    /// <param name="options">Which provider, and how feeds travel.</param>
    /// <param name="services">Gives the services of a silo by its number.</param>
    /// <param name="times">How long things may take; a reminder may come as often as these say.</param>
    /// <param name="roles">One silo for each.</param>
    public static async Task<RealCluster> StartAsync(
        ClusterOptions options, Func<int, SessionServices> services, ClusterTimes times, params SiloRoles[] roles)
    {
        var cluster = new RealCluster();
        var id = Guid.NewGuid().ToString("n");
        for (var number = 0; number < roles.Length; number++)
        {
            var own = options with
            {
                Roles = roles[number],
                Name = $"r{number}",
                ClusterId = id,
                SiloPort = FreePort(),
                Address = "127.0.0.1",
                Times = times,
            };
            var (host, membership) = Build(own, services(number));
            cluster._silos[number] = (host, membership);
            await host.StartAsync(TestContext.Current.CancellationToken).WaitAsync(LocalCluster.Patience, TimeProvider.System);
        }

        SiloAddress[] all = [.. cluster._silos.Values.Select(silo => silo.Host.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress)];
        await Task.WhenAll(cluster._silos.Values.Select(silo => LocalCluster.KnowsAsync(silo.Host.Services, all)));
        return cluster;
    }

    public ISessionHost Host(int silo) => Service<ISessionHost>(silo);

    public T Service<T>(int silo)
        where T : notnull => _silos[silo].Host.Services.GetRequiredService<T>();

    /// <summary>The silo that runs a session.</summary>
    public int SiloOf(string session) => _silos.Keys.Single(n => Service<SessionSilo>(n).Runs(session));

    /// <summary>Ends silos that can tell nobody, and returns when the others have noticed.</summary>
    public async Task KillAsync(params int[] silos)
    {
        var gone = silos.Select(silo => Service<ILocalSiloDetails>(silo).SiloAddress).ToList();
        foreach (var silo in silos)
        {
            await VanishAsync(silo);
        }

        await Task.WhenAll(from left in _silos.Values from lost in gone select LocalCluster.LostAsync(
            left.Host.Services.GetRequiredService<ISiloStatusOracle>(), lost));
    }

    /// <summary>Ends a silo that can tell nobody.</summary>
    public async Task VanishAsync(int silo)
    {
        _silos.Remove(silo, out var killed);
        killed.Membership.Dead = true;
        await EndAsync(killed.Host);
    }

    /// <summary>Stops all silos at once, the way an operator does.</summary>
    public async Task StopAsync()
    {
        var all = _silos.Values.ToList();
        _silos.Clear();
        await Task.WhenAll(all.Select(silo => silo.Host.StopAsync())).WaitAsync(LocalCluster.Patience, TimeProvider.System);
        await Task.WhenAll(all.Select(silo => DisposeAsync(silo.Host)));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (host, _) in _silos.Values)
        {
            await EndAsync(host);
        }
    }

    private static async Task EndAsync(IHost host)
    {
        try
        {
            await host.StopAsync(new CancellationToken(canceled: true)).WaitAsync(LocalCluster.Patience, TimeProvider.System);
        }
        catch (Exception e) when (e is OperationCanceledException or AggregateException or OrleansException or TimeoutException)
        {
            TestContext.Current.SendDiagnosticMessage($"A silo that was killed said: {e.Message}");
        }

        await DisposeAsync(host);
    }

    /// <summary>A host is disposed of while its caller is blocked, which must not be for ever.</summary>
    private static Task DisposeAsync(IHost host) => Task.Run(host.Dispose).WaitAsync(LocalCluster.Patience, TimeProvider.System);

    private static (IHost Host, CutOffMembership.Switch Membership) Build(ClusterOptions options, SessionServices services)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSessionServices(OffWorkers.Refuse(services, options.Roles));
        builder.UseOrleans(silo =>
        {
            silo.UseClusterProvider(options).AddAvatarGrains(options);

            // A silo that is killed here still gets to say goodbye to its neighbours; they must hear of it by the table alone.
            silo.Configure<Orleans.Configuration.ClusterMembershipOptions>(o => o.UseLivenessGossip = false);
            silo.Configure<ReminderOptions>(o => o.MinimumReminderPeriod = options.Times.OrphanCheck!.Value);
            silo.Services.AddSingleton<IFatalErrorHandler, Survivor>();
            silo.Services.AddSingleton<IHostLifetime, NoLifetime>();
        });
        var membership = CutOffMembership.AddTo(builder.Services);
        return (builder.Build(), membership);
    }

    private static int FreePort()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)listener.LocalEndPoint!).Port;
    }
}

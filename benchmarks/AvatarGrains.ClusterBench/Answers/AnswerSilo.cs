using System.Net;
using AvatarGrains.ClusterBench.Processes;
using AvatarGrains.Core.Storage.InMemory;
using AvatarGrains.Grains.Configuration;
using AvatarGrains.Grains.Placement;
using AvatarGrains.Grains.Workers;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AvatarGrains.ClusterBench.Answers;

/// <summary>A silo in this process, connected by TCP, whose engines take next to no time.</summary>
internal sealed class AnswerSilo : IAsyncDisposable
{
    private readonly IHost _host;

    private AnswerSilo(IHost host) => _host = host;

    public IServiceProvider Services => _host.Services;

    /// <param name="roles">What it does.</param>
    /// <param name="port">Its TCP port.</param>
    /// <param name="primary">The port of the silo that keeps the membership.</param>
    public static async Task<AnswerSilo> StartAsync(SiloRoles roles, int port, int primary)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(port, 0, new IPEndPoint(IPAddress.Loopback, primary), "bench", "bench");
            silo.AddAvatarGrains(new ClusterOptions { Roles = roles, Name = $"p{port}", SiloPort = port, Primary = $"127.0.0.1:{primary}" });
            silo.UseInMemoryReminderService();
            silo.AddMemoryGrainStorage(ClusterSiloBuilder.StorageName);
            silo.Services.AddSessionServices(BenchEngines.Services(new InMemorySessionStore()));
        });
        var host = builder.Build();
        await host.StartAsync();
        return new AnswerSilo(host);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}

using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace AvatarGrains.Cluster.Placement;

/// <summary>
/// Finds out at once that a silo's process is gone, when calls fail: its machine refuses connections to its port, twice. The silos' own probes find out too, but while they
/// count what was missed, sessions whose place the lost silo knew cannot be found. A machine that does not answer at all is left to them. For silos that are connected by TCP. Thread-safe.
/// </summary>
internal sealed class SiloProbe(SiloDirectory silos, IClusterMembershipService membership, ILogger<SiloProbe> log)
{
    /// <summary>So that a failure in a large cluster does not become thousands of connections; each silo that has one tries others.</summary>
    private const int MostAtOnce = 64;

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly Lock _lock = new();
    private Task _running = Task.CompletedTask;

    /// <summary>Returns when the silos have been tried, and those that are gone are out of the cluster.</summary>
    public Task RunAsync()
    {
        lock (_lock)
        {
            if (_running.IsCompleted)
            {
                _running = Task.Run(TryAllAsync);
            }

            return _running;
        }
    }

    private static async Task<bool> RefusesAsync(SiloAddress silo)
    {
        using var socket = new Socket(silo.Endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        using var late = new CancellationTokenSource(Patience);
        try
        {
            await socket.ConnectAsync(silo.Endpoint, late.Token);
            return false;
        }
        catch (SocketException error)
        {
            return error.SocketErrorCode == SocketError.ConnectionRefused;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task TryAllAsync()
    {
        var others = silos.Active(SiloRoles.None).Where(silo => !silo.Equals(silos.Local)).ToArray();
        RandomNumberGenerator.Shuffle<SiloAddress>(others);
        await Task.WhenAll(others.Take(MostAtOnce).Select(TryAsync));
    }

    private async Task TryAsync(SiloAddress silo)
    {
        if (!await RefusesAsync(silo))
        {
            return;
        }

        await Task.Delay(Pause, TimeProvider.System);
        if (await RefusesAsync(silo))
        {
            log.LogWarning("The silo {Silo} refuses connections: its process is gone.", silo);
            await membership.TryKill(silo);
        }
    }
}

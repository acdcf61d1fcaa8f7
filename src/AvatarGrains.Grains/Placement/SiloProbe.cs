using System.Net.Sockets;
using System.Security.Cryptography;
using AvatarGrains.Grains.Contracts;
using AvatarGrains.Grains.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime.Placement;

namespace AvatarGrains.Grains.Placement;

/// <summary>
/// Finds out at once that a silo's process is gone, when calls fail: its machine refuses connections to its port, twice. The silos' own probes find out too, but while they
/// count what was missed, sessions whose place the lost silo knew cannot be found. A machine that does not answer at all is left to them. For silos that are connected by TCP. Thread-safe.
/// </summary>
internal sealed class SiloProbe(SiloDirectory silos, IClusterMembershipService membership, IMembershipTable table, IGrainFactory grains, ILogger<SiloProbe> log)
{
    /// <summary>So that a failure in a large cluster does not become thousands of connections; each silo that has one tries others.</summary>
    private const int MostAtOnce = 64;

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly Lock _lock = new();
    private Task _running = Task.CompletedTask;
    private Task _next = Task.CompletedTask;

    /// <summary>Returns when the silos have been tried from now on, and those that are gone are out of the cluster.</summary>
    public Task RunAsync()
    {
        lock (_lock)
        {
            if (_running.IsCompleted)
            {
                return _running = Task.Run(TryAllAsync);
            }

            // The one that runs may have tried a silo before it was lost.
            if (_next.IsCompleted)
            {
                _next = RunAfterAsync(_running);
            }

            return _next;
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

    private async Task RunAfterAsync(Task before)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Task own;
        lock (_lock)
        {
            own = _running = Task.Run(TryAllAsync);
        }

        await own;
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
            await DeclareDeadAsync(silo);
        }
    }

    /// <summary>
    /// Writes it into the membership and has every silo read that. <see cref="IClusterMembershipService.TryKill"/> means the same, but waits a second or two before it begins,
    /// in which no session of the lost silo answers.
    /// </summary>
    private async Task DeclareDeadAsync(SiloAddress silo)
    {
        var rows = await table.ReadAllAsync(CancellationToken.None);
        if (rows.TryGet(silo) is not ({ Status: not SiloStatus.Dead } entry, var etag))
        {
            await membership.Refresh(new MembershipVersion(rows.Version.Version));
            return;
        }

        log.LogWarning("The silo {Silo} refuses connections: its process is gone.", silo);
        entry.Status = SiloStatus.Dead;
        var version = rows.Version.Next();
        if (!await table.UpdateRowAsync(entry, etag, version, CancellationToken.None))
        {
            // Somebody else changed the membership at this moment, perhaps to the same end.
            await membership.TryKill(silo);
            return;
        }

        await membership.Refresh(new MembershipVersion(version.Version));
        await Task.WhenAll(silos.Active(SiloRoles.None).Where(other => !other.Equals(silos.Local)).Select(other => TellAsync(other, version.Version)));
    }

    private async Task TellAsync(SiloAddress other, int version)
    {
        try
        {
            RequestContext.Set(IPlacementDirector.PlacementHintKey, other);
            await grains.GetGrain<IMembershipNewsGrain>(other.GetConsistentHashCode()).ReadAsync(version);
        }
        catch (Exception e) when (LinkServices.IsTransient(e))
        {
            // It reads the membership again by itself before long; or it is gone too.
            log.LogInformation("The silo {Silo} could not be told: {Reason}", other, e.Message);
        }
        finally
        {
            RequestContext.Remove(IPlacementDirector.PlacementHintKey);
        }
    }
}

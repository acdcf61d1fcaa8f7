using AvatarGrains.LoadTest.Clients;
using AvatarGrains.LoadTest.Reports;

namespace AvatarGrains.LoadTest.Scenarios;

/// <summary>Clients join and leave; the server may keep nothing of them.</summary>
internal static class Churn
{
    private const int DefaultCycles = 500;
    private const int WarmCycles = 200;
    private const int AtOnce = 10;
    private const double GrowthBound = 5;

    public static async Task<LoadReport> RunAsync(Stage stage, CancellationToken cancellationToken)
    {
        var cycles = stage.Options.Sessions > 0 ? stage.Options.Sessions : DefaultCycles;

        // Poses are kept for whoever comes next: those not met yet would count as left behind.
        await stage.WarmAsync(static _ => Behaviour.Idle, cancellationToken);

        // One client stays, so that the server does the same work before and after.
        await stage.ResizeAsync(1, static _ => Behaviour.Idle, cancellationToken);
        await CycleAsync(stage, WarmCycles, cancellationToken);
        var before = await SettledAsync(stage, cancellationToken);
        await CycleAsync(stage, cycles, cancellationToken);
        var after = await SettledAsync(stage, cancellationToken);
        var window = await stage.MeasureAsync(stage.Options.Duration, cancellationToken);
        var growth = (after.Resident - before.Resident) * 100.0 / before.Resident;
        var findings = new Dictionary<string, double>
        {
            ["cycles"] = cycles,
            ["resident_mb_before"] = Math.Round(before.Resident / 1048576.0, 1),
            ["resident_mb_after"] = Math.Round(after.Resident / 1048576.0, 1),
            ["resident_growth_percent"] = Math.Round(growth, 2),
            ["peers_left"] = after.Peers - 1,
            ["connections_left"] = after.Connections - 1,
            ["sockets_before"] = before.Sockets,
            ["sockets_after"] = after.Sockets,
        };
        var clean = growth <= GrowthBound && after.Peers == 1 && after.Connections == 1 && after.Sockets <= before.Sockets;
        return stage.Report(window, findings, clean);
    }

    private static Task CycleAsync(Stage stage, int cycles, CancellationToken cancellationToken) =>
        Parallel.ForAsync(
            0, cycles, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (_, token) =>
            await (await stage.Clients.JoinAsync(Behaviour.Idle, false, token)).LeaveAsync());

    /// <summary>Waits until only the one client is left at the server, but not for ever: what is left then is the finding.</summary>
    private static async Task<(long Resident, double Peers, double Connections, int Sockets)> SettledAsync(
        Stage stage, CancellationToken cancellationToken)
    {
        for (var i = 0; i < 40 && await stage.GaugeAsync("avatar_media_peers", cancellationToken) > 1; i++)
        {
            await stage.WaitAsync(TimeSpan.FromMilliseconds(250), cancellationToken);
        }

        await stage.WaitAsync(stage.Options.Settle, cancellationToken);
        var sample = stage.Server.Sample(TimeProvider.System);
        return (
            sample.ResidentBytes,
            await stage.GaugeAsync("avatar_media_peers", cancellationToken),
            await stage.GaugeAsync("avatar_edge_connections", cancellationToken),
            sample.Sockets);
    }
}

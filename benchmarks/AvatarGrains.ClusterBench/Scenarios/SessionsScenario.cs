using AvatarGrains.ClusterBench.Processes;
using AvatarGrains.ClusterBench.Reports;

namespace AvatarGrains.ClusterBench.Scenarios;

/// <summary>Sessions of which all are connected and some talk: what each costs its silo.</summary>
internal static class SessionsScenario
{
    /// <summary>Made and ended before anything is measured, so that code is compiled and pools are filled.</summary>
    private const int Warming = 200;

    public static async Task<BenchReport> RunAsync(BenchOptions options, int sessions)
    {
        await using var cluster = await BenchCluster.StartAsync(options, "session", "worker");
        await cluster.CreateAsync(Warming, []);
        var empty = await cluster.StatsAsync(collect: true);
        List<double> creation = [];
        var taps = await cluster.CreateAsync(sessions, creation);
        var made = await cluster.StatsAsync();
        var talking = taps.Keys.Take((int)(sessions * options.Talking)).ToList();
        await using var talkers = new Talkers(cluster, talking, options.Every);
        if (talking.Count > 0)
        {
            talkers.Start();
        }

        await Task.Delay(options.Settle, TimeProvider.System);
        var full = await cluster.StatsAsync(collect: true);
        var before = await cluster.StatsAsync();
        await Task.Delay(options.Duration, TimeProvider.System);
        var after = await cluster.StatsAsync();

        var report = new BenchReport($"{sessions} connected sessions on one session silo, {talking.Count} of them talk");
        report.Times["making a session"] = Spread.Of(creation);
        foreach (var (name, stats) in after)
        {
            report.Loads[name] = SiloLoad.Between(before[name], stats);
            report.Findings[$"{name}: CPU to make a session, ms"] = (made[name].CpuSeconds - empty[name].CpuSeconds) * 1000 / sessions;
            report.Findings[$"{name}: heap of a session, KB"] = (full[name].HeapBytes - empty[name].HeapBytes) / 1024.0 / sessions;
            report.Findings[$"{name}: resident memory of a session, KB"] = (full[name].ResidentBytes - empty[name].ResidentBytes) / 1024.0 / sessions;
            report.Findings[$"{name}: resident memory, MB"] = full[name].ResidentBytes / 1024.0 / 1024;
        }

        var making = SiloLoad.Between(empty["session-1"], made["session-1"]);
        report.Findings["sessions made a second"] =
            sessions / System.Diagnostics.Stopwatch.GetElapsedTime(empty["session-1"].At, made["session-1"].At).TotalSeconds;
        report.Findings["writes to make and connect a session"] = (double)(made["session-1"].Writes - empty["session-1"].Writes) / sessions;
        report.Findings["cores of the session silo while they are made"] = making.Cores;
        report.Findings["sessions there at the end"] = after["session-1"].Sessions;
        report.Findings["questions that were refused"] = talkers.Refused;
        return report;
    }
}

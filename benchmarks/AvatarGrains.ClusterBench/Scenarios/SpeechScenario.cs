using System.Diagnostics;
using AvatarGrains.ClusterBench.Processes;
using AvatarGrains.ClusterBench.Reports;

namespace AvatarGrains.ClusterBench.Scenarios;

/// <summary>
/// Sessions that talk. A piece of speech is timed from when its session hands it out, on the session's silo, to when a subscriber has it at
/// the edge: the feed's batching, serialisation, TCP and scheduling are in it. Both read the machine's one monotonic clock.
/// </summary>
internal static class SpeechScenario
{
    public static async Task<BenchReport> RunAsync(BenchOptions options, int sessions)
    {
        await using var cluster = await BenchCluster.StartAsync(options, "session", "worker");
        var silo = cluster.Silos["session-1"];
        List<double> creation = [];
        var taps = await cluster.CreateAsync(sessions, creation);
        await silo.TapAsync(taps.Keys);
        await using var talkers = new Talkers(cluster, [.. taps.Keys], options.Every).Start();
        await Task.Delay(options.Settle + options.Every, TimeProvider.System);

        // Emptied at the edge first: what comes there before the silo begins to note is of no piece that is looked for.
        foreach (var tap in taps.Values)
        {
            tap.Take();
        }

        await silo.ChunksAsync();

        var before = await cluster.StatsAsync();
        await Task.Delay(options.Duration, TimeProvider.System);
        var after = await cluster.StatsAsync();
        var sent = await silo.ChunksAsync();

        // What was sent last is still on its way.
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
        var came = taps.Values.SelectMany(static t => t.Take()).ToDictionary(static c => c.Name, static c => c.At);
        var report = new BenchReport($"{sessions} speaking sessions on one session silo, one worker, one edge, TCP between processes");
        List<double> first = [], later = [];
        var missing = 0;
        foreach (var (name, at) in sent)
        {
            if (came.TryGetValue(name, out var arrived))
            {
                (name.IsFirst ? first : later).Add(Stopwatch.GetElapsedTime(at, arrived).TotalMilliseconds);
            }
            else
            {
                missing++;
            }
        }

        report.Times["first piece of an answer, silo to edge"] = Spread.Of(first);
        report.Times["later pieces, silo to edge"] = Spread.Of(later);
        report.Times["question to first piece, at the edge"] = Spread.Of(
            came.Where(c => c.Key.IsFirst && talkers.AskedAt(c.Key.Session) is > 0 and var asked && asked < c.Value)
                .Select(c => Stopwatch.GetElapsedTime(talkers.AskedAt(c.Key.Session), c.Value).TotalMilliseconds));
        report.Times["making a session"] = Spread.Of(creation);
        foreach (var (name, stats) in after)
        {
            report.Loads[name] = SiloLoad.Between(before[name], stats);
        }

        report.Findings["pieces that did not come"] = missing;
        report.Findings["questions that were refused"] = talkers.Refused;
        report.Findings["messages for each piece of speech, session silo"] =
            report.Loads["session-1"].MessagesPerSecond * options.Duration.TotalSeconds / Math.Max(1, sent.Count);
        return report;
    }
}

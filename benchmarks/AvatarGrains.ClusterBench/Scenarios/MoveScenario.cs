using System.Diagnostics;
using AvatarGrains.ClusterBench.Processes;
using AvatarGrains.ClusterBench.Reports;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.ClusterBench.Scenarios;

/// <summary>
/// A session silo leaves or is killed while every session there is asked for a sign of life again and again. There is another session silo.
/// </summary>
internal static class MoveScenario
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    public static async Task<BenchReport> RunAsync(BenchOptions options, int sessions, bool kill)
    {
        await using var cluster = await BenchCluster.StartAsync(options, "session", "worker");
        var leaving = cluster.Silos["session-1"];
        List<double> creation = [];
        var taps = await cluster.CreateAsync(sessions, creation);
        var other = await cluster.AddAsync("session");
        var pulses = taps.Select((t, i) => new Pulse(cluster, t.Key, Interval * i / taps.Count)).ToList();
        var talking = taps.Keys.Take((int)(sessions * options.Talking)).ToList();
        await using var talkers = new Talkers(cluster, talking, options.Every);
        if (talking.Count > 0)
        {
            talkers.Start();
        }

        await Task.Delay(options.Settle, TimeProvider.System);
        var before = await other.StatsAsync();
        var edge = cluster.Edge();
        pulses.ForEach(static p => p.Forget());
        var began = Stopwatch.GetTimestamp();
        Task left = Task.CompletedTask;
        if (kill)
        {
            leaving.Kill();
        }
        else
        {
            left = leaving.StopAsync();
        }

        var arrived = await ArrivedAsync(other, sessions);
        var after = await other.StatsAsync();
        await left;
        var gone = Stopwatch.GetElapsedTime(began);

        // Whoever asked before the move has an answer by now, or waits for one.
        await Task.Delay(Interval * 2, TimeProvider.System);
        await Task.WhenAll(pulses.Select(static p => p.StopAsync()));
        cluster.Forget(leaving);
        await leaving.DisposeAsync();

        var report = new BenchReport($"{sessions} sessions of a session silo that {(kill ? "is killed" : "leaves")}, {talking.Count} of them talk");
        report.Times["from then to the session's first answer"] = Spread.Of(pulses.Select(p => p.FirstAnswerAfter(began)));
        report.Times["longest wait of a session for an answer"] = Spread.Of(pulses.Select(static p => p.LongestMs));
        report.Loads["session-2, meanwhile"] = SiloLoad.Between(before, after);
        report.Loads["edge-1, meanwhile"] = SiloLoad.Between(edge, cluster.Edge());
        report.Findings["first answer of any session after, s"] = pulses.Min(p => p.FirstAnswerAfter(began)) / 1000;
        report.Findings["all of them active at the other silo after, s"] = arrived is { } at
            ? Stopwatch.GetElapsedTime(began, at).TotalSeconds
            : double.NaN;
        report.Findings["active there"] = after.Sessions;
        report.Findings["process gone after, s"] = gone.TotalSeconds;
        report.Findings["answers that were refusals"] = pulses.Sum(static p => p.Refused);
        report.Findings["sessions that ended"] = taps.Values.Count(static t => t.Ended);
        report.Findings["reads of a session"] = (double)(after.Reads - before.Reads) / sessions;
        report.Findings["writes of a session"] = (double)(after.Writes - before.Writes) / sessions;
        return report;
    }

    /// <summary>When a silo runs that many sessions; null when it never does.</summary>
    private static async Task<long?> ArrivedAsync(SiloProcess silo, int sessions)
    {
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < Longest)
        {
            var stats = await silo.StatsAsync();
            if (stats.Sessions >= sessions)
            {
                return stats.At;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }

        return null;
    }

    /// <summary>Asks one session for a sign of life, one after the other.</summary>
    private sealed class Pulse
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Lock _lock = new();
        private readonly List<(long Asked, long Answered)> _answers = [];
        private readonly Task _running;

        public Pulse(BenchCluster cluster, string session, TimeSpan phase) => _running = RunAsync(cluster, session, phase);

        public int Refused { get; private set; }

        public double LongestMs
        {
            get
            {
                lock (_lock)
                {
                    return _answers.Count == 0
                        ? double.PositiveInfinity
                        : _answers.Max(static a => Stopwatch.GetElapsedTime(a.Asked, a.Answered).TotalMilliseconds);
                }
            }
        }

        /// <summary>What was answered before does not count.</summary>
        public void Forget()
        {
            lock (_lock)
            {
                _answers.Clear();
            }
        }

        /// <summary>From a moment to the first good answer of what was asked after it, or was not answered before it; ms.</summary>
        public double FirstAnswerAfter(long moment)
        {
            lock (_lock)
            {
                return _answers.Where(a => a.Answered > moment)
                    .Select(a => Stopwatch.GetElapsedTime(moment, a.Answered).TotalMilliseconds).DefaultIfEmpty(double.PositiveInfinity).Min();
            }
        }

        public async Task StopAsync()
        {
            await _stop.CancelAsync();
            await _running;
            _stop.Dispose();
        }

        private async Task RunAsync(BenchCluster cluster, string session, TimeSpan phase)
        {
            try
            {
                await Task.Delay(phase, TimeProvider.System, _stop.Token);
                while (true)
                {
                    var asked = Stopwatch.GetTimestamp();
                    var result = await cluster.Sessions.Open(session).SendAsync(new Heartbeat(), CancellationToken.None);
                    lock (_lock)
                    {
                        if (result.Accepted)
                        {
                            _answers.Add((asked, Stopwatch.GetTimestamp()));
                        }
                        else
                        {
                            Refused++;
                        }
                    }

                    await Task.Delay(Interval, TimeProvider.System, _stop.Token);
                }
            }
            catch (OperationCanceledException)
            {
                // The run is over.
            }
        }
    }
}

using AvatarGrains.LoadTest.Reports;

namespace AvatarGrains.LoadTest.Scenarios;

/// <summary>
/// Finds the most clients the server carries well: doubles until a window is not good twice in a row, then halves the interval. Every
/// window is in the report, the bad ones too. Ends early when its time is up or nobody more can join; the largest good window stands.
/// </summary>
internal static class MaxSearch
{
    private const int Growth = 2;
    private const double Resolution = 0.07;

    public static async Task<LoadReport> RunAsync(Stage stage, CancellationToken cancellationToken)
    {
        var options = stage.Options;
        await stage.WarmAsync(SteadyScenario.BehaviourOf(options), cancellationToken);
        var began = TimeProvider.System.GetTimestamp();
        Window? best = null;
        var bad = 0;
        for (var sessions = Math.Min(options.From, options.Limit); bad == 0 && InTime(); sessions = Math.Min(sessions * Growth, options.Limit))
        {
            var window = await TryAsync(stage, sessions, cancellationToken);
            (best, bad) = window.IsGood ? (window, bad) : (best, sessions);
            if (sessions == options.Limit)
            {
                break;
            }
        }

        var good = best?.Sessions ?? 0;
        while (bad > 0 && bad - good > Math.Max(1, bad * Resolution) && InTime())
        {
            var middle = (good + bad) / 2;
            var window = await TryAsync(stage, middle, cancellationToken);
            (best, good, bad) = window.IsGood ? (window, middle, bad) : (best, good, middle);
        }

        return stage.Report(best ?? stage.Windows[0], Findings(stage.Windows), best is not null);

        bool InTime() => TimeProvider.System.GetElapsedTime(began) < options.Within;
    }

    /// <summary>What one session more holds in memory, from the smallest window to the largest.</summary>
    private static Dictionary<string, double> Findings(IReadOnlyList<Window> windows)
    {
        var (small, large) = (windows.MinBy(one => one.Sessions)!, windows.MaxBy(one => one.Sessions)!);
        if (large.Sessions == small.Sessions)
        {
            return [];
        }

        var kilobytes = (large.ServerResidentBytes - small.ServerResidentBytes) / 1024.0;
        return new() { ["resident_kb_per_added_session"] = Math.Round(kilobytes / (large.Sessions - small.Sessions), 1) };
    }

    private static async Task<Window> TryAsync(Stage stage, int sessions, CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();
        await stage.ResizeAsync(sessions, SteadyScenario.BehaviourOf(stage.Options), cancellationToken);
        await Console.Error.WriteLineAsync($"{stage.Clients.Count} sessions after {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0.0} s");
        await stage.WaitAsync(stage.Options.Settle, cancellationToken);
        var window = await stage.MeasureAsync(stage.Options.Duration, cancellationToken);
        return window.IsGood ? window : await stage.MeasureAsync(stage.Options.Duration, cancellationToken);
    }
}

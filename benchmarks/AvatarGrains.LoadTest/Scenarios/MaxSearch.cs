using AvatarGrains.LoadTest.Reports;

namespace AvatarGrains.LoadTest.Scenarios;

/// <summary>
/// Finds the most clients the server carries well: grows by half each step until a window is not good twice in a row, then halves the interval a few
/// times. Every window is in the report, the bad ones too.
/// </summary>
internal static class MaxSearch
{
    private const double Growth = 1.5;
    private const double Resolution = 0.07;

    public static async Task<LoadReport> RunAsync(Stage stage, CancellationToken cancellationToken)
    {
        await stage.WarmAsync(SteadyScenario.BehaviourOf(stage.Options.Scenario), cancellationToken);
        Window? best = null;
        var bad = 0;
        for (var sessions = stage.Options.From; bad == 0; sessions = Math.Min((int)Math.Ceiling(sessions * Growth), stage.Options.Limit))
        {
            var window = await TryAsync(stage, sessions, cancellationToken);
            (best, bad) = window.IsGood ? (window, bad) : (best, sessions);
            if (sessions == stage.Options.Limit)
            {
                break;
            }
        }

        var good = best?.Sessions ?? 0;
        while (bad > 0 && bad - good > Math.Max(1, bad * Resolution))
        {
            var middle = (good + bad) / 2;
            var window = await TryAsync(stage, middle, cancellationToken);
            (best, good, bad) = window.IsGood ? (window, middle, bad) : (best, good, middle);
        }

        return stage.Report(best ?? stage.Windows[0], passed: best is not null);
    }

    private static async Task<Window> TryAsync(Stage stage, int sessions, CancellationToken cancellationToken)
    {
        await stage.ResizeAsync(sessions, SteadyScenario.BehaviourOf(stage.Options.Scenario), cancellationToken);
        await stage.WaitAsync(stage.Options.Settle, cancellationToken);
        var window = await stage.MeasureAsync(stage.Options.Duration, cancellationToken);
        return window.IsGood ? window : await stage.MeasureAsync(stage.Options.Duration, cancellationToken);
    }
}

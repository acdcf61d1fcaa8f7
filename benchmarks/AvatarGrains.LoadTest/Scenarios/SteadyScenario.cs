using AvatarGrains.LoadTest.Clients;
using AvatarGrains.LoadTest.Reports;

namespace AvatarGrains.LoadTest.Scenarios;

/// <summary>A number of clients that do the same all the time: idle, speaking, conversation, loss, soak.</summary>
internal static class SteadyScenario
{
    private const double SkewDriftBound = 20;

    public static async Task<LoadReport> RunAsync(Stage stage, CancellationToken cancellationToken)
    {
        var options = stage.Options;
        var sessions = options.Sessions > 0 ? options.Sessions : options.Scenario is "loss" or "soak" ? 20 : 50;
        var behaviour = BehaviourOf(options);

        await stage.WarmAsync(behaviour, cancellationToken);
        await stage.ResizeAsync(Math.Min(sessions, stage.Clients.Count), behaviour, cancellationToken);
        var first = stage.Clients.Count;
        var before = stage.Server.Sample(TimeProvider.System).ResidentBytes;
        await stage.ResizeAsync(sessions, behaviour, cancellationToken);
        await stage.WaitAsync(options.Settle, cancellationToken);
        return options.Scenario == "soak"
            ? await SoakAsync(stage, cancellationToken)
            : Finish(stage, await stage.MeasureAsync(options.Duration, cancellationToken), before, first);
    }

    /// <summary>What client number i does in a scenario.</summary>
    public static Func<int, Behaviour> BehaviourOf(LoadOptions options) => options.Scenario switch
    {
        "mix" => options.Mix.At,
        "idle" => static _ => Behaviour.Idle,
        "conversation" or "soak" => static index => index % 5 == 4 ? Behaviour.Idle : Behaviour.Conversation,
        _ => static _ => Behaviour.Speaking,
    };

    private static LoadReport Finish(Stage stage, Window window, long before, int first)
    {
        var findings = new Dictionary<string, double>
        {
            ["resident_kb_per_added_session"] = Math.Round((window.ServerResidentBytes - before) / 1024.0 / Math.Max(1, window.Sessions - first), 1),
        };
        if (stage.Clients.Network is { } network)
        {
            findings["datagrams_dropped"] = network.Lost;
            findings["frames_whole_share"] = Math.Round(window.FramesPerSecond / 25, 3);
        }

        return stage.Report(window, findings, stage.Clients.Network is not null || window.IsGood);
    }

    /// <summary>Windows one after the other for hours: nothing may grow and nothing may drift.</summary>
    private static async Task<LoadReport> SoakAsync(Stage stage, CancellationToken cancellationToken)
    {
        var length = TimeSpan.FromSeconds(Math.Clamp(stage.Options.Duration.TotalSeconds / 20, 5, 60));
        var count = Math.Max(2, (int)(stage.Options.Duration / length));
        for (var i = 0; i < count; i++)
        {
            await stage.MeasureAsync(length, cancellationToken);
        }

        var windows = stage.Windows;
        var findings = new Dictionary<string, double>
        {
            ["resident_growth_percent"] = Math.Round(
                (windows[^1].ServerResidentBytes - windows[count / 2].ServerResidentBytes) * 100.0 / windows[count / 2].ServerResidentBytes, 2),
            ["skew_p50_first_ms"] = windows[0].SkewMs.P50,
            ["skew_p50_last_ms"] = windows[^1].SkewMs.P50,
            ["windows_not_good"] = windows.Count(one => !one.IsGood),
        };
        return stage.Report(
            windows[^1], findings, windows.All(one => one.Lost == 0) && Math.Abs(windows[^1].SkewMs.P50 - windows[0].SkewMs.P50) < SkewDriftBound);
    }
}

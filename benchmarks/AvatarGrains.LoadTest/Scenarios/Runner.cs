using AvatarGrains.LoadTest.Reports;

namespace AvatarGrains.LoadTest.Scenarios;

/// <summary>Runs the scenario that is asked for.</summary>
internal static class Runner
{
    /// <exception cref="FormatException">There is no such scenario.</exception>
    public static async Task<LoadReport> RunAsync(LoadOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        if (options.Scenario == "peer")
        {
            return await PeerComparison.RunAsync(options, time, cancellationToken);
        }

        Func<Stage, CancellationToken, Task<LoadReport>> scenario = options.Scenario switch
        {
            "speaking" or "idle" or "conversation" or "mix" when options.Max => MaxSearch.RunAsync,
            "speaking" or "idle" or "conversation" or "mix" or "loss" or "soak" => SteadyScenario.RunAsync,
            "join-storm" => JoinStorm.RunAsync,
            "churn" => Churn.RunAsync,
            _ => throw new FormatException($"there is no scenario '{options.Scenario}'"),
        };
        await using var stage = await Stage.OpenAsync(options, time, cancellationToken);
        return await scenario(stage, cancellationToken);
    }
}

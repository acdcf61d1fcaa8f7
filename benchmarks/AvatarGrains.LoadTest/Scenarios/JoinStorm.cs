using AvatarGrains.LoadTest.Clients;
using AvatarGrains.LoadTest.Reports;

namespace AvatarGrains.LoadTest.Scenarios;

/// <summary>All clients join at once.</summary>
internal static class JoinStorm
{
    private const int DefaultSessions = 50;

    public static async Task<LoadReport> RunAsync(Stage stage, CancellationToken cancellationToken)
    {
        var sessions = stage.Options.Sessions > 0 ? stage.Options.Sessions : DefaultSessions;
        await stage.WarmAsync(static _ => Behaviour.Idle, cancellationToken);
        await stage.ResizeAsync(1, static _ => Behaviour.Idle, cancellationToken);
        await stage.Clients.OnLoopAsync(stage.Clients.Measures.Join.Clear);
        await stage.ResizeAsync(sessions + 1, static _ => Behaviour.Idle, cancellationToken, parallel: sessions);
        return stage.Report(await stage.MeasureAsync(stage.Options.Duration, cancellationToken));
    }
}

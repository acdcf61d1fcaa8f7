using System.Diagnostics;
using AvatarGrains.LoadTest.Clients;
using AvatarGrains.LoadTest.Reports;
using AvatarGrains.LoadTest.Servers;

namespace AvatarGrains.LoadTest.Scenarios;

/// <summary>
/// The same media work on this server and on aiortc, one after the other with the same receivers: how many streams each carries per core. aiortc is
/// measured at a few streams, where it is punctual; this server at the number asked for.
/// </summary>
internal static class PeerComparison
{
    private const int DefaultSessions = 100;
    private const int PeerStreams = 4;

    public static async Task<LoadReport> RunAsync(LoadOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var peer = await MeasurePeerAsync(options, time, cancellationToken);
        var own = options with { Scenario = "speaking", Sessions = options.Sessions > 0 ? options.Sessions : DefaultSessions };
        await using var stage = await Stage.OpenAsync(own, time, cancellationToken);
        var report = await SteadyScenario.RunAsync(stage, cancellationToken);
        var findings = new Dictionary<string, double>(report.Findings)
        {
            ["peer_streams"] = peer.Sessions,
            ["peer_server_cores"] = peer.ServerCores,
            ["peer_streams_per_core"] = peer.SessionsPerCore,
            ["peer_frames_per_second"] = peer.FramesPerSecond,
            ["peer_audio_packets_per_second"] = peer.AudioPacketsPerSecond,
            ["peer_frame_late_p99_ms"] = peer.FrameLateMs.P99,
            ["ratio"] = Math.Round(report.Result.SessionsPerCore / peer.SessionsPerCore, 1),
        };
        return report with
        {
            Scenario = "peer",
            Findings = findings,
            Windows = [peer, .. report.Windows],
            Passed = report.Passed && findings["ratio"] > 1,
        };
    }

    private static async Task<Window> MeasurePeerAsync(LoadOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var script = Path.Combine(ServerProcess.RepositoryRoot(), "benchmarks/peers/aiortc_server.py");
        var server = await ServerProcess.StartAsync(new ProcessStartInfo("/usr/bin/python3", [script]), null, time, cancellationToken);
        var clients = new LoadClients(new OfferSignalling(server.Edges[0]), new Texts(unique: false), 0, options.Seed, time);
        await using var stage = new Stage(options with { Scenario = "peer" }, server, clients, time);
        await stage.ResizeAsync(PeerStreams, static _ => Behaviour.Idle, cancellationToken);
        await stage.WaitAsync(options.Settle, cancellationToken);
        return await stage.MeasureAsync(options.Duration, cancellationToken);
    }
}

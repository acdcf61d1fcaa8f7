using System.Globalization;
using System.Text.Json;
using AvatarGrains.Testing;

namespace AvatarGrains.EndToEnd.Tests.Viewers;

/// <summary>An independent client watches, listens and controls.</summary>
[Collection(AloneCollection.Name)]
public sealed class AiortcTests
{
    /// <summary>Twenty seconds in everyday runs, a minute with AVATAR_LONG=1.</summary>
    private static int Seconds => Environment.GetEnvironmentVariable("AVATAR_LONG") == "1" ? 60 : 20;

    private const double TickSeconds = 0.02;

    [Fact]
    public async Task Aiortc_sees_every_frame_hears_everything_and_controls_the_session()
    {
        Assert.SkipUnless(PythonPeer.IsAvailable, "python3-aiortc is not installed");
        await using var server = await ServerProcess.StartAsync();
        using var viewer = PythonPeer.Start(
            "perso_viewer.py",
            server.Address.ToString().TrimEnd('/'),
            Seconds.ToString(CultureInfo.InvariantCulture),
            "?What can you do?",
            "The picture keeps moving, and every word of this sentence is heard from the first to the last.");
        var output = await viewer.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await viewer.WaitForExitAsync(TestContext.Current.CancellationToken);
        TestContext.Current.SendDiagnosticMessage(output);
        using var seen = JsonDocument.Parse(output);
        var root = seen.RootElement;
        Assert.Equal((512, 512), (root.GetProperty("size")[0].GetInt32(), root.GetProperty("size")[1].GetInt32()));

        // Counted by the media's own clock. What the server itself left out, because the machine did not let it run in time, it has counted.
        var leftOut = root.GetProperty("skipped_ticks").GetInt32() * TickSeconds;
        var played = root.GetProperty("video_clock").GetDouble() - leftOut;
        Assert.InRange(played, Seconds / 2, Seconds * 4 + 120);
        Assert.True(root.GetProperty("video_frames").GetInt32() >= 24.5 * played, output);
        Assert.True(root.GetProperty("moving").GetInt32() > 50, output);

        // Silence is a packet each 0.4 s, of which aiortc holds four back at either end; its clock goes on. Sound has no hole.
        Assert.InRange(root.GetProperty("audio_clock").GetDouble() - leftOut, played - 4, played + 1);
        Assert.InRange(root.GetProperty("hole_samples").GetInt32() / 48_000.0, 0, leftOut);
        Assert.True(root.GetProperty("loud").GetInt32() > 100, output);
        Assert.Equal(root.GetProperty("pings").GetInt32(), root.GetProperty("pongs").GetInt32());
        Assert.Contains("The picture keeps moving", root.GetProperty("messages").GetRawText(), StringComparison.Ordinal);
        Assert.Equal("IN_PROGRESS", root.GetProperty("status").GetString());
        Assert.Equal("GRACEFUL_TERMINATION", root.GetProperty("after")[1].GetString());
    }
}

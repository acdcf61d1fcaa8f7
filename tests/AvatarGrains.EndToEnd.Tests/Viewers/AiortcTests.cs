using System.Globalization;
using System.Text.Json;

namespace AvatarGrains.EndToEnd.Tests.Viewers;

/// <summary>An independent client watches, listens and controls.</summary>
public sealed class AiortcTests
{
    /// <summary>Twenty seconds in everyday runs, a minute with AVATAR_LONG=1.</summary>
    private static int Seconds => Environment.GetEnvironmentVariable("AVATAR_LONG") == "1" ? 60 : 20;

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
        Assert.True(root.GetProperty("fps").GetDouble() >= 24.5, output);
        Assert.InRange(root.GetProperty("video_clock").GetDouble(), Seconds - 3, Seconds + 20);

        // A server that gets no processor for a tenth of a second leaves moments out instead of sending them in a burst.
        Assert.True(root.GetProperty("video_frames").GetInt32() >= 22.5 * root.GetProperty("video_clock").GetDouble(), output);
        Assert.True(root.GetProperty("moving").GetInt32() > 50, output);

        // Silence need not be sent: the audio clock must go on through it, and sound must have no hole.
        Assert.InRange(root.GetProperty("audio_clock").GetDouble(), Seconds - 3, Seconds + 20);
        Assert.InRange(root.GetProperty("holes").GetInt32(), 0, Seconds / 4);
        Assert.True(root.GetProperty("loud").GetInt32() > 100, output);
        Assert.True(root.GetProperty("pings").GetInt32() >= Seconds - 3, output);
        Assert.Contains("The picture keeps moving", root.GetProperty("messages").GetRawText(), StringComparison.Ordinal);
        Assert.Equal("IN_PROGRESS", root.GetProperty("status").GetString());
    }
}

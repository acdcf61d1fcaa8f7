using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using AvatarGrains.Testing;
using AvatarGrains.WebRtc.Peers;
using AvatarGrains.WebRtc.Sockets;
using AvatarGrains.WebRtc.Tests.Harness;

namespace AvatarGrains.WebRtc.Tests.Interop;

/// <summary>An independent implementation as the client, over real sockets: Debian's python3-aiortc.</summary>
[Collection(AloneCollection.Name)]
public sealed class AiortcTests
{
    private const int Seconds = 6;
    private const string Python = "/usr/bin/python3";

    [Fact]
    public async Task Aiortc_sees_every_frame_and_hears_continuous_audio()
    {
        var (dtls, srtp) = Crypto.Require();
        Assert.SkipUnless(await HasAiortcAsync(), "python3-aiortc is not installed");
        var frames = await EncodedVideo.EncodeAsync(Seconds + 4, "320x320");
        Assert.SkipUnless(frames is not null, "ffmpeg with libvpx is not installed");

        using var socket = new UdpDatagramSocket(0);
        using var loop = new MediaLoop(socket, new MediaLoopOptions(), TimeProvider.System);
        loop.Start();
        using var viewer = Process.Start(new ProcessStartInfo(Python, $"{ScriptPath()} {Seconds}")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        try
        {
            var offer = JsonDocument.Parse((await viewer.StandardOutput.ReadLineAsync())!).RootElement.GetProperty("sdp").GetString()!;
            var hears = new RecordingObserver();
            var config = new PeerConfig
            {
                Dtls = dtls,
                Srtp = srtp,
                Candidates = HostAddresses.Candidates(socket.LocalAddress.Port, null, socket.HearsIPv6),
                UnixMicrosecondsAtZero = loop.UnixMicrosecondsAtZero,
            };
            var peer = new Peer(config, hears, loop.Writer);
            var answer = peer.AcceptOffer(offer, loop.Now);
            hears.WhenMessage = (channel, text, message) => Enumerable.Range(0, 2)
                .ToList()
                .ForEach(_ => peer.SendMessage(channel, text, message, loop.Now));
            var entry = loop.Add(peer, new TestPatternTicker(peer, hears, frames!));
            await viewer.StandardInput.WriteLineAsync(JsonSerializer.Serialize(new { sdp = answer }));
            await viewer.StandardInput.FlushAsync();
            var seen = JsonDocument.Parse(
                (await viewer.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(120), TimeProvider.System))!).RootElement;
            entry.Close();

            TestContext.Current.TestOutputHelper?.WriteLine(seen.ToString());
            Assert.Equal("connected", seen.GetProperty("state").GetString());
            Assert.Equal(320, seen.GetProperty("width").GetInt32());
            var span = seen.GetProperty("video_pts").EnumerateArray().Select(pts => pts.GetInt64()).ToArray();
            Assert.Equal(((span[1] - span[0]) / 3600) + 1, seen.GetProperty("frames").GetInt64());
            Assert.Equal(0, seen.GetProperty("audio_gaps").GetInt32());
            Assert.Equal(["hello", "hello"], seen.GetProperty("messages").EnumerateArray().Select(m => m.GetString()));
            Assert.True(hears.Audio.Count > 50 * (Seconds - 2), "the microphone does not arrive");
            Assert.Equal(0, loop.Faults);
        }
        finally
        {
            viewer.Kill();
        }
    }

    private static async Task<bool> HasAiortcAsync()
    {
        if (!File.Exists(Python))
        {
            return false;
        }

        using var probe = Process.Start(new ProcessStartInfo(Python, "-c \"import aiortc\"") { RedirectStandardError = true })!;
        await probe.WaitForExitAsync();
        return probe.ExitCode == 0;
    }

    private static string ScriptPath([CallerFilePath] string file = "") => Path.Combine(Path.GetDirectoryName(file)!, "aiortc_viewer.py");
}

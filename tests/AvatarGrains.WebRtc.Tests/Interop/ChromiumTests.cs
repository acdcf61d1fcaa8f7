using System.Diagnostics;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using AvatarGrains.Testing;
using AvatarGrains.WebRtc.Peers;
using AvatarGrains.WebRtc.Sockets;
using AvatarGrains.WebRtc.Tests.Harness;

namespace AvatarGrains.WebRtc.Tests.Interop;

/// <summary>Headless Chromium as the client, over real sockets: the page offers, watches for some seconds and reports its own statistics.</summary>
[Collection(AloneCollection.Name)]
public sealed class ChromiumTests
{
    private const int Frames = 150;
    private const string Browser = "/usr/bin/chromium";

    [Fact]
    public async Task Chromium_decodes_video_hears_audio_and_sends_its_microphone()
    {
        var (dtls, srtp) = Crypto.Require();
        Assert.SkipUnless(File.Exists(Browser), "chromium is not installed");
        var frames = await EncodedVideo.EncodeAsync(10, "320x320");
        Assert.SkipUnless(frames is not null, "ffmpeg with libvpx is not installed");

        using var socket = new UdpDatagramSocket(0);
        using var loop = new MediaLoop(socket, new MediaLoopOptions(), TimeProvider.System);
        loop.Start();
        var hears = new RecordingObserver();
        var (web, origin) = LocalHttp.Listen();
        var profile = Directory.CreateTempSubdirectory();
        using var browser = Process.Start(new ProcessStartInfo(
            Browser,
            "--headless --no-sandbox --disable-gpu --autoplay-policy=no-user-gesture-required --use-fake-ui-for-media-stream"
            + $" --use-fake-device-for-media-stream --user-data-dir={profile.FullName} {origin}?frames={Frames}")
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        try
        {
            string Accept(string offer)
            {
                var config = new PeerConfig
                {
                    Dtls = dtls,
                    Srtp = srtp,
                    Candidates = HostAddresses.Candidates(socket.LocalAddress.Port, null, socket.HearsIPv6),
                    UnixMicrosecondsAtZero = loop.UnixMicrosecondsAtZero,
                };
                var peer = new Peer(config, hears, loop.Writer);
                var answer = peer.AcceptOffer(offer, loop.Now);
                hears.WhenMessage = (channel, text, message) => peer.SendMessage(channel, text, message, loop.Now);
                loop.Add(peer, new TestPatternTicker(peer, hears, frames!));
                return answer;
            }

            var seen = await ServeAsync(web, Accept).WaitAsync(TimeSpan.FromSeconds(120), TimeProvider.System);
            TestContext.Current.TestOutputHelper?.WriteLine(seen.ToString());
            Assert.Equal("connected", seen.GetProperty("state").GetString());
            Assert.True(seen.GetProperty("stream").GetBoolean(), "ontrack has no stream");
            Assert.InRange(seen.GetProperty("framesDecoded").GetInt32(), Frames, int.MaxValue);
            Assert.InRange(seen.GetProperty("framesDropped").GetInt32(), 0, seen.GetProperty("framesDecoded").GetInt32() / 20);
            Assert.InRange(seen.GetProperty("audioPackets").GetInt32(), Frames * 2, int.MaxValue);
            Assert.InRange(seen.GetProperty("audioLost").GetInt32(), 0, 5);
            Assert.Equal("hello", Assert.Single(seen.GetProperty("messages").EnumerateArray()).GetString());
            Assert.True(hears.Audio.Count > 100, "the microphone does not arrive");
            Assert.Equal(0, loop.Faults);
        }
        finally
        {
            web.Close();
            browser.Kill(entireProcessTree: true);
            await browser.WaitForExitAsync();
            profile.Delete(recursive: true);
        }
    }

    private static async Task<JsonElement> ServeAsync(HttpListener web, Func<string, string> accept)
    {
        while (true)
        {
            var context = await web.GetContextAsync();
            using var reader = new StreamReader(context.Request.InputStream);
            var body = await reader.ReadToEndAsync();
            var path = context.Request.Url!.AbsolutePath;
            var reply = path == "/" ? await File.ReadAllTextAsync(PagePath()) : path == "/offer" ? accept(body) : "";
            context.Response.ContentType = path == "/" ? "text/html" : "text/plain";
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(reply));
            context.Response.Close();
            if (path == "/result")
            {
                return JsonDocument.Parse(body).RootElement;
            }
        }
    }

    private static string PagePath([CallerFilePath] string file = "") => Path.Combine(Path.GetDirectoryName(file)!, "viewer.html");
}

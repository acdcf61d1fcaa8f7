using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using AvatarGrains.WebRtc.Peers;
using AvatarGrains.WebRtc.Sockets;
using AvatarGrains.WebRtc.Tests.Harness;

namespace AvatarGrains.WebRtc.Tests.Interop;

/// <summary>Headless Chromium as the client, over real sockets: the page offers, watches for some seconds and reports its own statistics.</summary>
public sealed class ChromiumTests
{
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
        using var web = new HttpListener();
        var origin = Listen(web);
        var profile = Directory.CreateTempSubdirectory();
        using var browser = Process.Start(new ProcessStartInfo(
            Browser,
            "--headless --no-sandbox --disable-gpu --autoplay-policy=no-user-gesture-required --use-fake-ui-for-media-stream"
            + $" --use-fake-device-for-media-stream --user-data-dir={profile.FullName} {origin}")
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

            var seen = await ServeAsync(web, Accept).WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System);
            TestContext.Current.TestOutputHelper?.WriteLine(seen.ToString());
            Assert.Equal("connected", seen.GetProperty("state").GetString());
            Assert.True(seen.GetProperty("stream").GetBoolean(), "ontrack has no stream");
            Assert.InRange(seen.GetProperty("framesDecoded").GetDouble() / seen.GetProperty("seconds").GetDouble(), 21, 27);
            Assert.Equal(0, seen.GetProperty("freezeCount").GetInt32());
            Assert.True(seen.GetProperty("audioPackets").GetInt32() > 150, "no audio");
            Assert.Equal("hello", Assert.Single(seen.GetProperty("messages").EnumerateArray()).GetString());
            Assert.True(hears.Audio.Count > 100, "the microphone does not arrive");
            Assert.Equal(0, loop.Faults);
        }
        finally
        {
            browser.Kill(entireProcessTree: true);
            await browser.WaitForExitAsync();
            profile.Delete(recursive: true);
        }
    }

    private static string Listen(HttpListener web)
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var origin = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/";
        probe.Stop();
        web.Prefixes.Add(origin);
        web.Start();
        return origin;
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

using Microsoft.Playwright;

namespace AvatarGrains.EndToEnd.Tests;

/// <summary>One headless Chromium with the page of one server, and eyes and ears on what it shows.</summary>
internal sealed class PageFixture : IAsyncDisposable
{
    private static readonly string[] Candidates = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private PageFixture(IPlaywright playwright, IBrowser browser, IPage page)
    {
        _playwright = playwright;
        _browser = browser;
        Page = page;
    }

    public static string? Chromium { get; } = Candidates.FirstOrDefault(File.Exists);

    public IPage Page { get; }

    /// <summary>Opens the page.</summary>
    /// <param name="address">Where.</param>
    /// <param name="microphone">A WAV file that plays once as the microphone, or null for a refused microphone.</param>
    /// <param name="viewport">Window size.</param>
    public static async Task<PageFixture> OpenAsync(Uri address, string? microphone = null, (int Width, int Height)? viewport = null)
    {
        var playwright = await Playwright.CreateAsync();
        List<string> arguments =
        [
            "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--autoplay-policy=no-user-gesture-required", "--disable-features=WebRtcHideLocalIpsWithMdns",
        ];
        if (microphone is not null)
        {
            arguments.AddRange(["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", $"--use-file-for-fake-audio-capture={microphone}%noloop"]);
        }

        var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium, Args = arguments });
        var (width, height) = viewport ?? (1280, 800);
        var context = await browser.NewContextAsync(new() { ViewportSize = new() { Width = width, Height = height } });
        if (microphone is not null)
        {
            await context.GrantPermissionsAsync(["microphone"]);
        }

        var page = await context.NewPageAsync();
        await page.AddInitScriptAsync(Watcher);
        await page.GotoAsync(address.ToString());
        return new PageFixture(playwright, browser, page);
    }

    /// <summary>Waits for a JavaScript condition.</summary>
    public Task UntilAsync(string condition, int milliseconds = 15_000) =>
        Page.WaitForFunctionAsync(condition, null, new() { Timeout = milliseconds, PollingInterval = 20 });

    /// <summary>Frames the video element has shown.</summary>
    public Task<int> FramesAsync() => Page.EvaluateAsync<int>("watch.frames");

    public Task<string> StateAsync() => Page.EvaluateAsync<string>("document.body.dataset.state");

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }

    // Counts frames, how much the picture moves, and the loudness of what would be heard.
    private const string Watcher = """
        window.watch = { frames: 0, motion: 0, loud: 0, states: [] };
        addEventListener('DOMContentLoaded', () => {
          const video = document.getElementById('video');
          const canvas = new OffscreenCanvas(64, 64);
          const context = canvas.getContext('2d', { willReadFrequently: true });
          let last = null;
          const see = () => {
            watch.frames++;
            context.drawImage(video, 0, 0, 64, 64);
            const pixels = context.getImageData(0, 0, 64, 64).data;
            if (last) {
              let sum = 0;
              for (let i = 1; i < pixels.length; i += 4) sum += Math.abs(pixels[i] - last[i]);
              watch.motion = sum / 4096;
              watch.peak = Math.max(watch.peak ?? 0, watch.motion);
              watch.moved = (watch.moved ?? 0) + (watch.motion > 0.05 ? 1 : 0);
            }
            last = pixels;
            video.requestVideoFrameCallback(see);
          };
          video.requestVideoFrameCallback(see);
          new MutationObserver(() => watch.states.push([document.body.dataset.state, performance.now()])).observe(document.body, { attributes: true, attributeFilter: ['data-state'] });
          setInterval(() => {
            if (watch.analyser || !video.srcObject?.getAudioTracks().length) return;
            const audio = watch.audio = new AudioContext();
            watch.analyser = audio.createAnalyser();
            audio.createMediaStreamSource(video.srcObject).connect(watch.analyser);
            const samples = new Float32Array(2048);
            setInterval(() => {
              watch.analyser.getFloatTimeDomainData(samples);
              watch.level = Math.sqrt(samples.reduce((s, x) => s + x * x, 0) / samples.length);
              watch.loud = Math.max(watch.loud, watch.level);
            }, 20);
          }, 50);
        });
        """;
}

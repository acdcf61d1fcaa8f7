using Microsoft.Playwright;

namespace AvatarGrains.EndToEnd.Tests;

/// <summary>One headless Chromium with the page of one server, and a script that watches what it shows and plays.</summary>
internal sealed class PageFixture : IAsyncDisposable
{
    private static readonly string[] Candidates = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private const float Patience = 60_000;

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
    /// <param name="microphone">A WAV file that plays over and over as the microphone, or null for a refused microphone.</param>
    /// <param name="viewport">Window size.</param>
    /// <param name="settings">JSON of what the person chose on an earlier visit.</param>
    public static async Task<PageFixture> OpenAsync(
        Uri address, string? microphone = null, (int Width, int Height)? viewport = null, string settings = "{}")
    {
        var playwright = await Playwright.CreateAsync();
        List<string> arguments =
        [
            "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
            "--disable-sync", "--autoplay-policy=no-user-gesture-required", "--disable-features=WebRtcHideLocalIpsWithMdns",
        ];
        if (microphone is not null)
        {
            arguments.AddRange(
            [
                "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", $"--use-file-for-fake-audio-capture={microphone}",
            ]);
        }

        var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium, Args = arguments });
        var (width, height) = viewport ?? (1280, 800);
        var context = await browser.NewContextAsync(new() { ViewportSize = new() { Width = width, Height = height } });
        if (microphone is not null)
        {
            await context.GrantPermissionsAsync(["microphone"]);
        }

        var page = await context.NewPageAsync();
        await page.AddInitScriptAsync(
            $"localStorage.getItem('avatargrains.settings') ?? localStorage.setItem('avatargrains.settings', '{settings}')");
        await page.AddInitScriptAsync(Watcher);
        await page.GotoAsync(address.ToString());
        return new PageFixture(playwright, browser, page);
    }

    /// <summary>Waits for a JavaScript condition.</summary>
    /// <exception cref="TimeoutException">It did not come true; says what the page shows.</exception>
    public async Task UntilAsync(string condition)
    {
        try
        {
            await Page.WaitForFunctionAsync(condition, null, new() { Timeout = Patience, PollingInterval = 20 });
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"Never true: {condition}\n{await Page.EvaluateAsync<string>("watch.report()")}");
        }
    }

    /// <summary>Waits until the avatar has said its greeting, and it is quiet.</summary>
    public async Task GreetedAsync()
    {
        await UntilAsync("watch.said(['avatar', /./])");
        await UntilAsync("watch.states.some(([state]) => state === 'speaking')");
        await UntilAsync("['idle', 'listening'].includes(document.body.dataset.state) && watch.level < 0.003");
        await Page.EvaluateAsync("watch.loud = 0");
    }

    /// <summary>Frames the video element has shown.</summary>
    public Task<int> FramesAsync() => Page.EvaluateAsync<int>("watch.frames");

    public Task<string> StateAsync() => Page.EvaluateAsync<string>("document.body.dataset.state");

    /// <summary>Opens the settings at one of their tabs: look, voice, mind or session.</summary>
    public async Task OpenSettingsAsync(string tab)
    {
        if (!await Page.IsVisibleAsync("#settings"))
        {
            await Page.ClickAsync("#settings-toggle");
        }

        await Page.ClickAsync("#tab-" + tab);
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }

    // Counts frames, how much the picture moves, and the loudness of what would be heard.
    private const string Watcher = """
        window.watch = { frames: 0, motion: 0, loud: 0, states: [] };
        watch.report = () => JSON.stringify({
          state: document.body.dataset.state, states: watch.states.slice(-20),
          frames: watch.frames, moved: watch.moved, level: watch.level, loud: watch.loud,
          lines: [...document.querySelectorAll('#lines li')].map(line => `${line.className}: ${line.textContent}`),
          notice: document.getElementById('notice')?.textContent, curtain: document.getElementById('curtain-text')?.textContent,
        }, null, 1);
        // Lines of these kinds with these words stand in the conversation, in this order.
        watch.said = (...parts) => {
          let at = 0;
          for (const line of document.querySelectorAll('#lines li'))
            if (at < parts.length && line.matches('.' + parts[at][0]) && parts[at][1].test(line.textContent)) at++;
          return at === parts.length;
        };
        addEventListener('DOMContentLoaded', () => {
          const video = document.getElementById('video');
          if (!video) return;
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
          // The colour of the picture at a place, both from 0 to 1.
          watch.colour = (x, y) => {
            context.drawImage(video, 0, 0, 64, 64);
            return [...context.getImageData(Math.round(x * 63), Math.round(y * 63), 1, 1).data];
          };
          new MutationObserver(() => watch.states.push([document.body.dataset.state, performance.now()]))
            .observe(document.body, { attributes: true, attributeFilter: ['data-state'] });
          // Each connection brings a stream of its own.
          let heard = null;
          let source = null;
          setInterval(() => {
            const stream = video.srcObject;
            if (stream === heard || !stream?.getAudioTracks().length) return;
            heard = stream;
            source?.disconnect();
            const first = !watch.audio;
            watch.audio ??= new AudioContext();
            watch.analyser ??= watch.audio.createAnalyser();
            source = watch.audio.createMediaStreamSource(stream);
            source.connect(watch.analyser);
            if (!first) return;
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

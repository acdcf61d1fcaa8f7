using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;
using IRequest = Microsoft.Playwright.IRequest;

namespace AvatarGrains.EndToEnd.Tests;

/// <summary>The settings of the page: each does what it says, and is still there at the next visit.</summary>
public sealed class PageSettingsTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private const string Answered = "[...document.querySelectorAll('#lines li.avatar')].some(li => li.textContent.includes('{0}'))";

    [Theory]
    [InlineData("facts.txt")]
    [InlineData("facts.md")]
    [InlineData("facts.pdf")]
    public async Task Document_that_is_uploaded_is_what_answers_come_from(string name)
    {
        Assert.SkipUnless(
            !name.EndsWith("pdf", StringComparison.Ordinal) || File.Exists("/usr/bin/pdftotext"),
            "pdftotext is not installed (package poppler-utils)");
        const string fact = "The lighthouse keeper of Sandrock is called Oswin Marlow.";
        await using var page = await PageFixture.OpenAsync(Address);
        await page.UntilAsync("watch.frames > 5");
        await page.OpenSettingsAsync("mind");
        await page.Page.SetInputFilesAsync("#document-upload input", new FilePayload { Name = name, Buffer = Samples.Document(name, fact) });
        await page.UntilAsync("document.getElementById('document').value.startsWith('pld-')");
        Assert.Equal(name, await page.Page.InnerTextAsync("#document option:checked"));
        Assert.Equal("Begin anew", await page.Page.InnerTextAsync("#done"));
        await page.Page.ClickAsync("#done");
        await AskAsync(page, "Who is the lighthouse keeper of Sandrock?", "Oswin Marlow");

        await page.Page.ReloadAsync();
        await page.UntilAsync("watch.frames > 5");
        await AskAsync(page, "What is the lighthouse keeper called?", "Oswin Marlow");
        await page.OpenSettingsAsync("mind");
        await page.Page.ClickAsync("#document-remove");
        await page.UntilAsync("document.getElementById('document').options.length === 1");
    }

    [Fact]
    public async Task Document_that_cannot_be_read_or_is_too_large_is_refused_in_words()
    {
        await using var page = await PageFixture.OpenAsync(Address);
        await page.UntilAsync("watch.frames > 5");
        await page.OpenSettingsAsync("mind");
        var folder = Directory.CreateTempSubdirectory("avatar-upload-");
        await RefusedAsync("noise.pdf", [.. "%PDF-1.4"u8, 0, 1, 2, 255, 254], "not a text, Markdown or PDF");
        await RefusedAsync("big.txt", new byte[21 << 20], "larger than the server takes (21.0 MB)");
        Assert.Equal("", await page.Page.InputValueAsync("#document"));
        folder.Delete(recursive: true);

        async Task RefusedAsync(string name, byte[] content, string words)
        {
            // The browser reads the file itself; 20 MB handed over to it take the better part of a minute.
            var file = Path.Combine(folder.FullName, name);
            await File.WriteAllBytesAsync(file, content, TestContext.Current.CancellationToken);
            await page.Page.SetInputFilesAsync("#document-upload input", file);
            await page.UntilAsync($"document.querySelector('#document-upload .failed')?.textContent.startsWith('{name} was not taken')");
            Assert.Contains(words, await page.Page.InnerTextAsync("#document-upload .status"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Background_that_is_uploaded_is_seen_in_the_video_and_again_after_a_reload()
    {
        // In the middle of the left edge, above the shoulders.
        const string orange = "(() => { const [r, g, b] = watch.colour(0.03, 0.3); return r > 190 && g > 90 && g < 170 && b < 90; })()";
        await using var page = await PageFixture.OpenAsync(Address);
        await page.UntilAsync("watch.frames > 5");
        Assert.False(await page.Page.EvaluateAsync<bool>(orange));
        await page.OpenSettingsAsync("look");
        // Larger than a side may be sent, so that the page makes it smaller.
        await page.Page.SetInputFilesAsync(
            "#picture-upload input",
            new FilePayload { Name = "orange.png", MimeType = "image/png", Buffer = await DrawAsync(page, 2400, 1200, "#e6821e") });
        await page.UntilAsync(orange);
        Assert.True(await page.Page.Locator("#backgrounds input[value^=plb-]").IsCheckedAsync());
        await page.Page.ReloadAsync();
        await page.UntilAsync("watch.frames > 5");
        await page.UntilAsync(orange);

        await page.OpenSettingsAsync("look");
        await page.Page.SetInputFilesAsync(
            "#picture-upload input", new FilePayload { Name = "words.png", MimeType = "image/png", Buffer = "no picture"u8.ToArray() });
        await page.UntilAsync("document.querySelector('#picture-upload .failed')?.textContent.includes('no picture that this browser can read')");
        await page.Page.ClickAsync("#picture-remove");
        await page.UntilAsync($"!{orange}");
        await page.UntilAsync("!document.querySelector('#backgrounds input[value^=plb-]')");
    }

    [Fact]
    public async Task Look_changes_the_video_at_once_and_is_kept()
    {
        await using var page = await PageFixture.OpenAsync(Address);
        await page.UntilAsync("watch.frames > 5");
        await page.OpenSettingsAsync("look");
        await page.Page.SelectOptionAsync("#orientation", "portrait");
        await page.UntilAsync("video.videoWidth === 400 && video.videoHeight === 720");
        await page.Page.SelectOptionAsync("#detail", "high");
        await page.UntilAsync("video.videoWidth === 720 && video.videoHeight === 1280");
        await page.Page.SelectOptionAsync("#detail", "standard");
        await page.Page.ClickAsync("#avatars label >> nth=3");
        await page.UntilAsync("document.getElementById('who').textContent === 'Pip'");
        await page.Page.ClickAsync("#backgrounds label >> nth=1");
        await page.Page.FillAsync("#colour", "#00c000");
        await page.UntilAsync(Green(0.04, 0.3));
        // Moved half a picture to the left, the avatar leaves the right side free.
        Assert.False(await page.Page.EvaluateAsync<bool>(Green(0.7, 0.9)));
        await page.Page.FillAsync("#padding-left", "-0.5");
        await page.Page.DispatchEventAsync("#padding-left", "change");
        await page.UntilAsync(Green(0.7, 0.9));
        await page.Page.ReloadAsync();
        await page.UntilAsync("video.videoWidth === 400 && video.videoHeight === 720");
        await page.UntilAsync("document.getElementById('who').textContent === 'Pip'");
        await page.UntilAsync(Green(0.7, 0.9));
        await page.OpenSettingsAsync("look");
        Assert.Equal("-0.5", await page.Page.InputValueAsync("#padding-left"));
        await page.Page.ClickAsync("#position-reset");
        await page.UntilAsync("!" + Green(0.7, 0.9));
        Assert.Equal("0", await page.Page.InputValueAsync("#padding-left"));
    }

    [Fact]
    public async Task Own_prompt_model_and_intro_message_are_what_the_session_uses()
    {
        await using var model = await FakeModel.StartAsync();
        await using var server = await StartAsync("--config", model.Config);
        await using var page = await PageFixture.OpenAsync(server.Address);
        await page.UntilAsync("watch.frames > 5");
        await page.OpenSettingsAsync("mind");
        await page.Page.SelectOptionAsync("#model", "echo");
        await page.Page.SelectOptionAsync("#prompt", "own");
        await page.Page.FillAsync("#own-prompt", "You sell violet umbrellas.");
        await page.Page.ClickAsync("#tab-voice");
        await page.Page.FillAsync("#intro", "Welcome to the umbrella shop.");
        await page.Page.ClickAsync("#done");
        await page.UntilAsync(Answer("Welcome to the umbrella shop."));
        await AskAsync(page, "What do you sell?", "You sell violet umbrellas.");
        await page.Page.ReloadAsync();
        await page.UntilAsync(Answer("Welcome to the umbrella shop."));
        await AskAsync(page, "And now?", "You sell violet umbrellas.");
        // One prompt is kept, however often it is used.
        Assert.Equal(1, await page.Page.EvaluateAsync<int>(
            "fetch('/api/v1/prompt/').then(r => r.json()).then(all => all.filter(one => one.name === 'My prompt').length)"));
    }

    [Fact]
    public async Task Abilities_that_are_switched_off_are_not_offered()
    {
        await using var page = await PageFixture.OpenAsync(Address);
        await page.UntilAsync("watch.frames > 5");
        await page.OpenSettingsAsync("session");
        await page.Page.UncheckAsync("#can-llm");
        await page.Page.UncheckAsync("#can-stt");
        var request = await page.Page.RunAndWaitForRequestAsync(() => page.Page.ClickAsync("#done"), IsNewSession);
        Assert.Equal(["STF_WEBRTC", "TTS"], Body(request).GetProperty("capability").EnumerateArray().Select(one => one.GetString()));
        await page.UntilAsync("document.getElementById('mic').hidden && document.getElementById('message').placeholder.includes('shall say')");
        await AskAsync(page, "Say these very words.", "Say these very words.");
        await page.Page.ReloadAsync();
        await page.UntilAsync("watch.frames > 5 && document.getElementById('mic').hidden");
    }

    [Fact]
    public async Task Voice_and_language_go_into_the_session()
    {
        await using var page = await PageFixture.OpenAsync(Address);
        await page.UntilAsync("watch.frames > 5");
        await page.OpenSettingsAsync("voice");
        await page.Page.SelectOptionAsync("#language", "ko");
        var voice = await page.Page.InputValueAsync("#voice");
        Assert.NotEqual("default", voice);
        var request = await page.Page.RunAndWaitForRequestAsync(() => page.Page.ClickAsync("#restart"), IsNewSession);
        Assert.Equal(voice, Body(request).GetProperty("tts_type").GetString());
        Assert.Equal("ko", Body(request).GetProperty("extra_data").GetProperty("language").GetString());
        Assert.Equal("pocketsphinx", Body(request).GetProperty("stt_type").GetString());
        await page.UntilAsync("document.body.dataset.state === 'idle'");
    }

    [Fact]
    public async Task Link_carries_settings_which_give_way_to_what_is_chosen_then()
    {
        await using var page = await PageFixture.OpenAsync(Address);
        await page.UntilAsync("watch.frames > 5");
        const string chosen = "?model_style=leo&tts_type=rms&background_image=dusk&padding_left=0.2&padding_top=nonsense";
        var link = new Uri(Address, chosen + "&capability=LLM,TTS&orientation=square&intro_message=Good%20day.");
        var request = await page.Page.RunAndWaitForRequestAsync(() => page.Page.GotoAsync(link.ToString()), IsNewSession);
        var body = Body(request);
        var asked = ((string[])["model_style", "tts_type", "background_image"]).Select(name => body.GetProperty(name).GetString());
        Assert.Equal(["leo", "rms", "dusk"], asked);
        Assert.Equal((0.2, 0), (body.GetProperty("padding_left").GetDouble(), body.GetProperty("padding_top").GetDouble()));
        Assert.Equal(
            (512, 512),
            (body.GetProperty("extra_data").GetProperty("width").GetInt32(), body.GetProperty("extra_data").GetProperty("height").GetInt32()));
        await page.UntilAsync(Answer("Good day."));
        await page.OpenSettingsAsync("look");
        await page.Page.ClickAsync("#avatars label >> nth=1");
        await page.UntilAsync("document.getElementById('who').textContent === 'Amara'");
        Assert.DoesNotContain("model_style", page.Page.Url, StringComparison.Ordinal);
        Assert.Contains("tts_type=rms", page.Page.Url, StringComparison.Ordinal);
        await page.Page.GotoAsync(Address.ToString());
        await page.UntilAsync("document.getElementById('who').textContent === 'Amara'");
        Assert.False(await page.Page.EvaluateAsync<bool>("document.getElementById('mic').hidden"));
    }

    [Fact]
    public async Task Server_with_keys_asks_for_one_and_takes_it_from_the_fragment_too()
    {
        const string key = "pak-0123456789abcdef0123456789abcdef";
        await using var server = await StartAsync("--config", Samples.Config("{\"Perso\":{\"Keys\":{\"acme\":\"" + key + "\"}}}"));
        await using var page = await PageFixture.OpenAsync(server.Address);
        await page.UntilAsync("document.getElementById('curtain-text').textContent === 'This server asks for an API key.'");
        await page.Page.FillAsync("#key-now", "pak-wrong");
        await page.Page.Keyboard.PressAsync("Enter");
        await page.UntilAsync("document.getElementById('curtain-text').textContent === 'The server does not accept this API key.'");
        await page.Page.FillAsync("#key-now", key);
        await page.Page.Keyboard.PressAsync("Enter");
        await page.UntilAsync("watch.frames > 5");
        await page.OpenSettingsAsync("mind");
        await page.Page.SetInputFilesAsync(
            "#document-upload input", new FilePayload { Name = "a.txt", Buffer = "Tea is served at four."u8.ToArray() });
        await page.UntilAsync("document.getElementById('document').value.startsWith('pld-')");

        await page.Page.EvaluateAsync("localStorage.clear()");
        await page.Page.GotoAsync("about:blank");
        await page.Page.GotoAsync(new Uri(server.Address, "#api_key=" + key).ToString());
        await page.UntilAsync("watch.frames > 5");
        Assert.DoesNotContain(key, page.Page.Url, StringComparison.Ordinal);
        // Another server, though a link names it, never sees the key.
        await using var other = await FakeModel.StartAsync();
        await page.Page.GotoAsync(new Uri(server.Address, $"?api_server={Uri.EscapeDataString(other.Address.ToString())}").ToString());
        await page.UntilAsync("document.body.dataset.state === 'ended'");
        Assert.Contains(other.Requests, headers => headers.Contains("Origin", StringComparison.Ordinal));
        Assert.All(other.Requests, headers => Assert.DoesNotContain(key, headers, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Choice_that_the_server_lost_is_put_back_and_said()
    {
        await using var page = await PageFixture.OpenAsync(Address);
        await page.UntilAsync("watch.frames > 5");
        await page.Page.EvaluateAsync(
            "localStorage.setItem('avatargrains.settings', JSON.stringify({ document: 'pld-0123', background: 'plb-0123', avatar: 'nobody' }))");
        await page.Page.ReloadAsync();
        await page.UntilAsync("watch.frames > 5");
        Assert.Contains("put back", await page.Page.InnerTextAsync("#notice span"), StringComparison.Ordinal);
        Assert.Equal("", await page.Page.InputValueAsync("#document"));
    }

    [Fact]
    public async Task Settings_are_reached_and_chosen_by_keyboard()
    {
        await using var page = await PageFixture.OpenAsync(Address);
        await page.UntilAsync("watch.frames > 5");
        await page.Page.Keyboard.PressAsync("Alt+s");
        await page.Page.FocusAsync("#tab-look");
        await page.Page.Keyboard.PressAsync("Tab");
        await page.Page.Keyboard.PressAsync("ArrowRight");
        await page.UntilAsync("document.getElementById('who').textContent === 'Amara'");
        await page.Page.FocusAsync("#tab-look");
        await page.Page.Keyboard.PressAsync("ArrowRight");
        Assert.Equal("tab-voice", await page.Page.EvaluateAsync<string>("document.activeElement.id"));
        Assert.True(await page.Page.IsVisibleAsync("#language"));
        await page.Page.Keyboard.PressAsync("Escape");
        Assert.False(await page.Page.IsVisibleAsync("#settings"));
        // Everything that can be operated has a name for those who do not see it.
        await page.OpenSettingsAsync("look");
        var nameless = await page.Page.EvaluateAsync<string[]>(
            "[...document.querySelectorAll('button, input, select, textarea')].filter(one => !one.ariaLabel && !one.ariaHidden && "
                + "!one.labels?.length && !one.textContent.trim()).map(one => one.id || one.outerHTML)");
        Assert.Empty(nameless);
    }

    /// <summary>A PNG of one colour, drawn by the browser.</summary>
    private static async Task<byte[]> DrawAsync(PageFixture page, int width, int height, string colour) =>
        Convert.FromBase64String(await page.Page.EvaluateAsync<string>($$"""
            (() => {
              const canvas = Object.assign(document.createElement('canvas'), { width: {{width}}, height: {{height}} });
              const context = canvas.getContext('2d');
              context.fillStyle = '{{colour}}';
              context.fillRect(0, 0, canvas.width, canvas.height);
              return canvas.toDataURL('image/png').split(',')[1];
            })()
            """));

    private static bool IsNewSession(IRequest request) =>
        request.Method == "POST" && request.Url.EndsWith("/api/v1/session/", StringComparison.Ordinal);

    private static JsonElement Body(IRequest request) => request.PostDataJSON()!.Value;

    private static string Green(double x, double y) =>
        string.Create(CultureInfo.InvariantCulture, $"(() => {{ const [r, g, b] = watch.colour({x}, {y}); return g > 140 && r < 60 && b < 60; }})()");

    private static string Answer(string words) => Answered.Replace("{0}", words, StringComparison.Ordinal);

    private static async Task AskAsync(PageFixture page, string text, string answer)
    {
        await page.UntilAsync("!document.getElementById('settings').open && ['idle', 'listening', 'speaking'].includes(document.body.dataset.state)");
        await page.Page.FillAsync("#message", text);
        await page.Page.Keyboard.PressAsync("Enter");
        await page.UntilAsync(Answer(answer));
    }

    private Uri Address
    {
        get
        {
            SkipWithoutChromium();
            return fixture.Server.Address;
        }
    }

    private static async Task<ServerProcess> StartAsync(params string[] arguments)
    {
        SkipWithoutChromium();
        return await ServerProcess.StartAsync(arguments);
    }

    private static void SkipWithoutChromium() =>
        Assert.SkipUnless(PageFixture.Chromium is not null, "Chromium is not installed (package chromium)");
}

namespace AvatarGrains.EndToEnd.Tests;

/// <summary>A person at the page, in a real browser, against the real server.</summary>
public sealed class PageTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private const string Loud = "watch.loud > 0.01";
    private const string Silent = "watch.level < 0.003";

    [Fact]
    public async Task Page_opened_shows_a_living_avatar()
    {
        await using var page = await PageFixture.OpenAsync(Address);
        await page.UntilAsync("watch.frames > 25 && watch.moved > 3");
        await page.GreetedAsync();
        Assert.Equal("", await page.Page.InnerTextAsync("#notice span"));
    }

    [Fact]
    public async Task Typed_question_is_answered_with_captions_voice_and_moving_picture()
    {
        await using var page = await PageFixture.OpenAsync(Address);
        await page.GreetedAsync();
        await AskAsync(page, "What can you do?");
        await page.UntilAsync("watch.said(['user', /^What can you do\\?$/], ['avatar', /.{20}/])");
        await page.UntilAsync("document.body.dataset.state === 'speaking'");
        await page.UntilAsync(Loud);
        await page.UntilAsync("document.body.dataset.state === 'idle'");
    }

    [Fact]
    public async Task Stop_button_silences_the_avatar_and_marks_the_line()
    {
        await using var page = await PageFixture.OpenAsync(
            Address, settings: $$"""{"intro":"{{string.Concat(Enumerable.Repeat("one two three four five six seven, ", 14))}}"}""");
        await page.UntilAsync("watch.said(['avatar', /one two three/])");
        await page.UntilAsync(Loud);
        await page.Page.Keyboard.PressAsync("Escape");
        await page.UntilAsync("watch.said(['avatar.interrupted', /./])");
        await page.UntilAsync("document.body.dataset.state === 'idle'");
        await page.UntilAsync(Silent);
    }

    [Fact]
    public async Task Refused_microphone_is_explained_and_typing_still_works()
    {
        await using var page = await PageFixture.OpenAsync(Address);
        await page.GreetedAsync();
        await page.Page.ClickAsync("#mic");
        await page.UntilAsync("!document.getElementById('notice').hidden");
        Assert.Contains("microphone", await page.Page.InnerTextAsync("#notice span"), StringComparison.OrdinalIgnoreCase);
        await AskAsync(page, "Who are you?");
        await page.UntilAsync("watch.said(['user', /who/i], ['avatar', /.{5}/])");
    }

    [Fact]
    public async Task Phone_sized_page_has_everything_in_reach()
    {
        await using var page = await PageFixture.OpenAsync(Address, viewport: (390, 844));
        await page.GreetedAsync();
        foreach (var selector in new[] { "#mic", "#message", "#send", "#settings-toggle", "#video" })
        {
            var box = await page.Page.Locator(selector).BoundingBoxAsync();
            Assert.NotNull(box);
            Assert.InRange(box.X, 0, 390 - box.Width + 1);
            Assert.InRange(box.Y, 0, 844 - box.Height + 1);
        }

        Assert.False(await page.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth"));
    }

    [Fact]
    public async Task Avatar_voice_and_background_change_while_connected()
    {
        await using var page = await PageFixture.OpenAsync(Address);
        await page.UntilAsync("watch.frames > 25");
        await page.OpenSettingsAsync("look");
        await page.Page.EvaluateAsync("watch.peak = 0");
        await page.Page.ClickAsync("#avatars label >> nth=1");
        await page.UntilAsync("watch.peak > 4");
        // Two changes in a row: the second does not lose the first.
        await page.Page.ClickAsync("#backgrounds label >> nth=1");
        await page.Page.FillAsync("#colour", "#00c000");
        await page.UntilAsync("(() => { const [r, g, b] = watch.colour(0.03, 0.3); return g > 140 && r < 60 && b < 60; })()");
        await page.Page.ClickAsync("#tab-voice");
        await page.Page.SelectOptionAsync("#voice", "rms");
        await page.Page.ClickAsync("#done");
        var before = await page.FramesAsync();
        await page.UntilAsync($"watch.frames > {before + 25}");
        Assert.NotEqual("ended", await page.StateAsync());
    }

    [Fact]
    public async Task Killed_server_comes_back_and_the_conversation_goes_on()
    {
        await using var server = await StartAsync();
        await using var page = await PageFixture.OpenAsync(server.Address);
        await page.GreetedAsync();
        await AskAsync(page, "Who are you?");
        await page.UntilAsync("watch.said(['user:not(.pending)', /who/i], ['avatar', /./])");
        await server.KillAsync();
        // It is said only where the server is away for some seconds.
        await page.UntilAsync("document.body.dataset.state === 'connecting' && watch.said(['note', /lost/])");
        await server.RestartAsync();
        await AskAsync(page, "What can you do?");
        await page.UntilAsync("watch.said(['user', /who/i], ['avatar', /./], ['note', /lost/], ['user:not(.pending)', /what/i], ['avatar', /./])");
        Assert.Equal(["Who are you?", "What can you do?"], await page.Page.Locator("#lines li.user").AllInnerTextsAsync());
    }

    [Fact]
    public async Task Question_that_never_reached_the_server_is_asked_again_and_answered_once()
    {
        await using var server = await StartAsync();
        await using var page = await PageFixture.OpenAsync(server.Address);
        await page.GreetedAsync();
        await server.FreezeAsync();
        await page.Page.FillAsync("#message", "Who are you?");
        await page.Page.Keyboard.PressAsync("Enter");
        await page.UntilAsync("watch.said(['user.pending', /who/i])");
        await server.KillAsync();
        await server.RestartAsync();
        await page.UntilAsync("watch.said(['user:not(.pending)', /who/i], ['avatar', /./])");
        await AskAsync(page, "What can you do?");
        await page.UntilAsync("watch.said(['user:not(.pending)', /what/i], ['avatar', /./])");
        Assert.Equal(["Who are you?", "What can you do?"], await page.Page.Locator("#lines li.user").AllInnerTextsAsync());
    }

    private Uri Address
    {
        get
        {
            SkipWithoutChromium();
            return fixture.Server.Address;
        }
    }

    private static async Task<ServerProcess> StartAsync()
    {
        SkipWithoutChromium();
        return await ServerProcess.StartAsync();
    }

    private static async Task AskAsync(PageFixture page, string text)
    {
        await page.UntilAsync("['idle', 'listening', 'speaking'].includes(document.body.dataset.state)");
        await page.Page.FillAsync("#message", text);
        await page.Page.Keyboard.PressAsync("Enter");
    }

    private static void SkipWithoutChromium() =>
        Assert.SkipUnless(PageFixture.Chromium is not null, "Chromium is not installed (package chromium)");
}

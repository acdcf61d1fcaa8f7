namespace AvatarGrains.EndToEnd.Tests;

/// <summary>A person at the page, in a real browser, against the real server.</summary>
public sealed class PageTests
{
    private const string Loud = "watch.level > 0.01";

    [Fact]
    public async Task Page_opened_shows_a_living_avatar()
    {
        await using var server = await StartAsync();
        await using var page = await PageFixture.OpenAsync(server.Address);
        await page.UntilAsync("watch.frames > 25 && watch.moved > 3");
        await GreetedAsync(page);
        Assert.Equal("", await page.Page.InnerTextAsync("#notice span"));
    }

    [Fact]
    public async Task Typed_question_is_answered_with_captions_voice_and_moving_picture()
    {
        await using var server = await StartAsync();
        await using var page = await PageFixture.OpenAsync(server.Address);
        await GreetedAsync(page);
        await AskAsync(page, "What can you do?");
        await page.UntilAsync("document.body.dataset.state === 'speaking'");
        await page.UntilAsync("document.querySelector('#lines li.avatar')?.textContent.length > 20");
        await page.UntilAsync(Loud);
        Assert.Equal("What can you do?", await page.Page.InnerTextAsync("#lines li.user >> nth=-1"));
        await page.UntilAsync("document.body.dataset.state === 'idle'", 60_000);
    }

    [Fact]
    public async Task Stop_button_silences_the_avatar_and_marks_the_line()
    {
        await using var server = await StartAsync();
        await using var page = await PageFixture.OpenAsync(server.Address);
        await page.UntilAsync("watch.frames > 5");
        await AskAsync(page, "What can you do?");
        await page.UntilAsync(Loud);
        await page.Page.Keyboard.PressAsync("Escape");
        await page.UntilAsync("document.body.dataset.state === 'idle'", 3000);
        await page.UntilAsync("watch.level < 0.003", 3000);
        await page.UntilAsync("document.querySelector('#lines li.interrupted')");
    }

    [Fact]
    public async Task Refused_microphone_is_explained_and_typing_still_works()
    {
        await using var server = await StartAsync();
        await using var page = await PageFixture.OpenAsync(server.Address);
        await page.UntilAsync("watch.frames > 5");
        await page.Page.ClickAsync("#mic");
        await page.UntilAsync("!document.getElementById('notice').hidden");
        Assert.Contains("microphone", await page.Page.InnerTextAsync("#notice span"), StringComparison.OrdinalIgnoreCase);
        await AskAsync(page, "Who are you?");
        await page.UntilAsync("document.querySelector('#lines li.avatar')?.textContent.length > 5");
    }

    [Fact]
    public async Task Phone_sized_page_has_everything_in_reach()
    {
        await using var server = await StartAsync();
        await using var page = await PageFixture.OpenAsync(server.Address, viewport: (390, 844));
        await page.UntilAsync("watch.frames > 5");
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
        await using var server = await StartAsync();
        await using var page = await PageFixture.OpenAsync(server.Address);
        await page.UntilAsync("watch.frames > 25");
        await page.Page.ClickAsync("#settings-toggle");
        await page.Page.ClickAsync("#avatars button >> nth=1");
        await page.UntilAsync("watch.peak > 4");
        await page.Page.SelectOptionAsync("#background", "colour");
        await page.Page.ClickAsync("#settings button.primary");
        var before = await page.FramesAsync();
        await page.UntilAsync($"watch.frames > {before + 25}");
        Assert.NotEqual("ended", await page.StateAsync());
    }

    [Fact]
    public async Task Killed_server_comes_back_and_the_conversation_goes_on()
    {
        await using var server = await StartAsync();
        await using var page = await PageFixture.OpenAsync(server.Address);
        await page.UntilAsync("watch.frames > 5");
        await AskAsync(page, "Who are you?");
        await page.UntilAsync(Loud);
        await server.KillAsync();
        await page.UntilAsync("document.body.dataset.state === 'connecting'", 20_000);
        await server.RestartAsync();
        await page.UntilAsync("document.body.dataset.state !== 'connecting'", 30_000);
        Assert.Equal("Who are you?", await page.Page.InnerTextAsync("#lines li.user >> nth=0"));
        var lines = await page.Page.Locator("#lines li.avatar").CountAsync();
        await AskAsync(page, "What can you do?");
        await page.UntilAsync($"document.querySelectorAll('#lines li.avatar').length > {lines}");
    }

    private static async Task<ServerProcess> StartAsync()
    {
        Assert.SkipUnless(PageFixture.Chromium is not null, "Chromium is not installed (package chromium)");
        return await ServerProcess.StartAsync();
    }

    /// <summary>Waits until the avatar has said its greeting.</summary>
    private static async Task GreetedAsync(PageFixture page)
    {
        await page.UntilAsync("watch.states.some(([state]) => state === 'speaking')", 30_000);
        await page.UntilAsync("document.body.dataset.state === 'idle'", 30_000);
    }

    private static async Task AskAsync(PageFixture page, string text)
    {
        await page.UntilAsync("['idle', 'listening', 'speaking'].includes(document.body.dataset.state)");
        await page.Page.FillAsync("#message", text);
        await page.Page.Keyboard.PressAsync("Enter");
    }
}

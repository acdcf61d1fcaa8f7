using System.Text.Json;

namespace AvatarGrains.Cli.Tests;

/// <summary>A person at a terminal, from the menu to every place it leads to.</summary>
public sealed class MenuTests : IAsyncLifetime
{
    private const string Escape = "\u001b";
    private const string Menu = "What would you like to do?";

    private FakePerso _server = null!;

    public async ValueTask InitializeAsync() => _server = await FakePerso.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Text_chat_history_and_exit()
    {
        await using var terminal = Start();
        await terminal.SeeAsync(Menu);
        await terminal.TypeAsync("1");
        await terminal.SeeAsync("Type a message");
        await terminal.TypeAsync("Good morning\r");
        await terminal.SeeAsync("You     Good morning");
        await terminal.SeeAsync("Avatar  Hello. How are you?");
        await terminal.TypeAsync("/clear\r");
        await terminal.SeeAsync("starts a new conversation");
        await terminal.TypeAsync("Again\r");
        await terminal.SeeAsync("Hello. How are you?");
        await terminal.TypeAsync("\r");
        await terminal.SeeAsync(Menu);
        await terminal.TypeAsync("4");
        await terminal.SeeAsync("Chat history");
        await terminal.SeeAsync("You     Good morning");
        await terminal.SeeAsync("q leaves");
        await terminal.TypeAsync("q");
        await terminal.SeeAsync(Menu);
        await terminal.TypeAsync("7");
        Assert.Equal(0, await terminal.EndAsync());
        Assert.Equal(
            [false, true], _server.Bodies("/llm/").Select(body => JsonDocument.Parse(body).RootElement.GetProperty("clear_history").GetBoolean()));
        Assert.Equal(["SESSION_START", "SESSION_END"], Events());
    }

    [Fact]
    public async Task Reply_that_breaks_off_is_said_and_the_chat_goes_on()
    {
        _server.Llm = context => FakePerso.WriteAsync(context, "data: {\"sentence\":\"Half.\"}\ndata: {\"sen");
        await using var terminal = Start("--text");
        await terminal.SeeAsync("Type a message");
        await terminal.TypeAsync("one\r");
        await terminal.SeeAsync("Half.");
        await terminal.SeeAsync("The answer broke off in the middle.");
        _server.Llm = context => FakePerso.WriteAsync(context, "data: {\"sentence\":\"Whole.\"}\n");
        await terminal.TypeAsync("two\r");
        await terminal.SeeAsync("Whole.");
        await terminal.TypeAsync("\u0004");
        Assert.Equal(0, await terminal.EndAsync());
    }

    [Fact]
    public async Task Recording_is_sent_and_answered()
    {
        var folder = Directory.CreateTempSubdirectory("avatar-cli");
        try
        {
            var voice = Path.Join(folder.FullName, "question.ogg");
            await File.WriteAllBytesAsync(voice, [.. "OggS"u8, .. new byte[96]], TestContext.Current.CancellationToken);
            await using var terminal = Start("--language", "en");
            await terminal.SeeAsync(Menu);
            await terminal.TypeAsync("3");
            await terminal.SeeAsync("Name a recording");
            await terminal.TypeAsync(voice + "x\r");
            await terminal.SeeAsync("There is no file");
            await terminal.TypeAsync(voice + "\r");
            await terminal.SeeAsync("You     question.ogg audio/ogg 100 en");
            await terminal.SeeAsync("Hello. How are you?");
            await terminal.TypeAsync("\r");
            await terminal.SeeAsync(Menu);
            await terminal.TypeAsync("q");
            Assert.Equal(0, await terminal.EndAsync());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Browser_avatar_is_a_link_with_the_settings_and_without_the_key()
    {
        _server.First =
            context => context.Request.Path == "/" ? FakePerso.RefuseAsync(context, 200, "<!doctype html>", "text/html") : Task.FromResult(false);
        await using var terminal = Start(
            "--model-style", "yuri-front_natural", "--document", "pld-1", "--capability", "LLM", "TTS", "--api-key", "pak-secret");
        await terminal.SeeAsync(Menu);
        await terminal.TypeAsync("5");
        await terminal.SeeAsync($"{_server.Address.AbsoluteUri}?model_style=yuri-front_natural&llm_type=gpt-35&tts_type=yuri&prompt=plp-");
        await terminal.SeeAsync("document=pld-1&capability=LLM%2CTTS");
        await terminal.SeeAsync("The page asks for the API key");
        await terminal.SeeAsync(Menu);
        await terminal.TypeAsync(Escape);
        Assert.Equal(0, await terminal.EndAsync());
        Assert.DoesNotContain("pak-secret", terminal.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_without_a_page_is_said()
    {
        await using var terminal = Start();
        await terminal.SeeAsync(Menu);
        await terminal.TypeAsync("5");
        await terminal.SeeAsync("serves the API only");
        await terminal.SeeAsync(Menu);
        await terminal.TypeAsync("7");
        Assert.Equal(0, await terminal.EndAsync());
    }

    [Fact]
    public async Task Setting_that_is_chosen_is_what_the_next_session_has()
    {
        await using var terminal = Start();
        await terminal.SeeAsync(Menu);
        await terminal.TypeAsync("6");
        await terminal.SeeAsync("Language model");
        await terminal.SeeAsync("Capability");
        await terminal.TypeAsync("1");
        await terminal.SeeAsync("* gpt-35");
        await terminal.TypeAsync("2");
        await terminal.SeeAsync("A new session begins with your next message.");
        await terminal.SeeAsync("Capability");
        await terminal.TypeAsync("q");
        await terminal.SeeAsync(Menu);
        await terminal.TypeAsync("1");
        await terminal.SeeAsync("Type a message");
        await terminal.TypeAsync("hi\r");
        await terminal.SeeAsync("How are you?");
        await terminal.TypeAsync("\r");
        await terminal.SeeAsync(Menu);
        await terminal.TypeAsync("7");
        Assert.Equal(0, await terminal.EndAsync());
        Assert.Equal(
            ["gpt-35", "gpt-4o"],
            _server.Bodies("/api/v1/session/").Select(body => JsonDocument.Parse(body).RootElement.GetProperty("llm_type").GetString()));
        Assert.Equal(["SESSION_START", "SESSION_END", "SESSION_START", "SESSION_END"], Events());
    }

    [Theory]
    [InlineData("menu")]
    [InlineData("typing")]
    [InlineData("answering")]
    public async Task Control_c_ends_the_session_wherever_it_is_pressed(string place)
    {
        _server.Llm = async context =>
        {
            await FakePerso.WriteAsync(context, "data: {\"sentence\":\"Well.\"}\n");
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        };
        await using var terminal = Start();
        await terminal.SeeAsync(Menu);
        if (place != "menu")
        {
            await terminal.TypeAsync("1");
            await terminal.SeeAsync("Type a message");
            await terminal.TypeAsync("Hello");
            await terminal.SeeAsync("Hello");
        }

        if (place == "answering")
        {
            await terminal.TypeAsync("\r");
            await terminal.SeeAsync("Well.");
        }

        await terminal.TypeAsync("\u0003");
        await terminal.SeeAsync("Ending the session");
        Assert.Equal(130, await terminal.EndAsync());
        Assert.Equal(["SESSION_START", "SESSION_END"], Events());
    }

    private TerminalProcess Start(params string[] arguments)
    {
        Assert.SkipUnless(TerminalProcess.Missing is null, TerminalProcess.Missing ?? "");
        return TerminalProcess.Start(["chat", "--api-server", _server.Address.AbsoluteUri, .. arguments]);
    }

    private IEnumerable<string?> Events() =>
        _server.Bodies("/event/create/").Select(body => JsonDocument.Parse(body).RootElement.GetProperty("event").GetString());
}

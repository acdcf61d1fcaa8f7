using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace AvatarGrains.Cli.Tests;

/// <summary>The program as a script sees it: output, errors and exit status of a child process.</summary>
public sealed class PipeTests : IAsyncLifetime
{
    private FakePerso _server = null!;

    public async ValueTask InitializeAsync() => _server = await FakePerso.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Line_in_gives_reply_alone_out()
    {
        var run = await RunAsync("hi\n", "--text");
        Assert.Equal((0, "Hello. How are you?\n", ""), run);
        Assert.Equal(
            ["SESSION_START", "SESSION_END"],
            _server.Bodies("/event/create/").Select(body => JsonDocument.Parse(body).RootElement.GetProperty("event").GetString()));
    }

    [Fact]
    public async Task What_the_server_requires_is_chosen_from_its_lists()
    {
        await RunAsync("", "--text", "hi", "--tts-type", "mine");
        var body = JsonDocument.Parse(_server.Bodies("/session/").Single()).RootElement;
        Assert.Equal("gpt-35", body.GetProperty("llm_type").GetString());
        Assert.Equal("plp-1", body.GetProperty("prompt").GetString());
        Assert.Equal("mine", body.GetProperty("tts_type").GetString());
        Assert.Equal(["LLM", "TTS", "STT"], body.GetProperty("capability").EnumerateArray().Select(one => one.GetString()));
        Assert.DoesNotContain(_server.Requests, request => request.Path.EndsWith("tts_type/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_choice_of_the_command_line_goes_into_the_session()
    {
        var run = await RunAsync(
            "", "--text", "hi", "--api-key", "pak-1",
            "--llm-type", "gpt-4o", "--tts-type", "azuretts-en-US-JennyNeural-cheerful", "--stt-type", "default",
            "--model-style", "yuri-front_natural", "--prompt", "plp-12345", "--document", "pld-67890", "--capability", "LLM", "TTS", "STT");
        Assert.Equal((0, ""), (run.Code, run.Errors));
        var created = _server.Requests.Single(request => request.Path == "/api/v1/session/");
        var body = JsonDocument.Parse(created.Body).RootElement;
        (string Name, string Value)[] expected =
        [
            ("llm_type", "gpt-4o"), ("tts_type", "azuretts-en-US-JennyNeural-cheerful"), ("stt_type", "default"),
            ("model_style", "yuri-front_natural"), ("prompt", "plp-12345"), ("document", "pld-67890"),
        ];
        Assert.All(expected, one => Assert.Equal(one.Value, body.GetProperty(one.Name).GetString()));
        Assert.Equal(["LLM", "TTS", "STT"], body.GetProperty("capability").EnumerateArray().Select(one => one.GetString()));
        Assert.Equal("pak-1", created.Key);
        Assert.DoesNotContain(_server.Requests, request => request.Path != "/api/v1/session/" && request.Key.Length > 0);
    }

    [Fact]
    public async Task Help_names_the_command_that_people_type()
    {
        var run = await RunProcessAsync("", ["chat", "--help"]);
        Assert.Equal((0, ""), (run.Code, run.Errors));
        Assert.Contains("./avatar chat [options]", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("AvatarGrains.Cli", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_line_is_a_message_of_one_conversation()
    {
        var run = await RunAsync("one\n\n  \ntwo\r\nthree", "--text", "--capability", "LLM");
        Assert.Equal(3, run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(
            ["one", "two", "three"], _server.Bodies("/llm/").Select(body => JsonDocument.Parse(body).RootElement.GetProperty("message").GetString()));
        Assert.All(_server.Bodies("/llm/"), body => Assert.False(JsonDocument.Parse(body).RootElement.GetProperty("clear_history").GetBoolean()));
        Assert.Single(_server.Bodies("/api/v1/session/"));
    }

    [Fact]
    public async Task Reply_that_breaks_off_is_printed_and_is_a_failure()
    {
        _server.Llm = context => FakePerso.WriteAsync(context, "data: {\"sentence\":\"Hel");
        Assert.Equal((1, "", "avatar: The answer broke off in the middle.\n"), await RunAsync("hi", "--text"));
        _server.Llm = context => FakePerso.WriteAsync(context, "data: {\"sentence\":\"Hello.\"}\ndata: {\"sen");
        Assert.Equal((1, "Hello.\n", "avatar: The answer broke off in the middle.\n"), await RunAsync("hi", "--text"));
        Assert.True(_server.Ended.Task.IsCompletedSuccessfully);
    }

    [Theory]
    [InlineData(null, "needs an API key: make one with './avatar keys add', then set EST_LIVE_API_KEY or pass --api-key.\n")]
    [InlineData("wrong", "does not accept this API key: make one with './avatar keys add', then set EST_LIVE_API_KEY or pass --api-key.\n")]
    public async Task Missing_or_wrong_key_is_one_line_that_says_how_to_get_one(string? key, string expected)
    {
        _server.First = context => FakePerso.RefuseAsync(
            context, 401, "{\"errors\":[{\"code\":\"not_authenticated\",\"detail\":\"x\",\"attr\":null}]}");
        var run = await RunAsync("hi", key is null ? ["--text"] : ["--text", "--api-key", key]);
        Assert.Equal((4, ""), (run.Code, run.Output));
        Assert.EndsWith(expected, run.Errors, StringComparison.Ordinal);
        Assert.Single(run.Errors.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Key_of_the_environment_is_sent()
    {
        await RunAsync("hi", ["--text"], ("EST_LIVE_API_KEY", "pak-env"));
        Assert.Equal("pak-env", _server.Requests.First(request => request.Path == "/api/v1/session/").Key);
    }

    [Fact]
    public async Task Html_error_page_is_one_line()
    {
        _server.Llm = context => FakePerso.RefuseAsync(context, 500, "<html><body><h1>Boom</h1>\n<pre>stack</pre></body></html>", "text/html");
        Assert.Equal((1, "", "avatar: The server failed. (500)\n"), await RunAsync("hi", "--text"));
    }

    [Fact]
    public async Task No_server_is_said_with_its_address()
    {
        await _server.DisposeAsync();
        var run = await RunProcessAsync("hi", ["chat", "--api-server", "http://127.0.0.1:9", "--text"]);
        Assert.Equal((3, ""), (run.Code, run.Output));
        Assert.StartsWith("avatar: No server answers at http://127.0.0.1:9/ ", run.Errors, StringComparison.Ordinal);
        _server = await FakePerso.StartAsync();
    }

    [Theory]
    [InlineData("--nonsense")]
    [InlineData("--list-settings", "weather")]
    [InlineData("--api-server", "ftp://x")]
    [InlineData("--text", "--voice", "a.wav")]
    [InlineData("--speak", "a.wav")]
    public async Task Wrong_usage_is_told_apart(params string[] arguments)
    {
        var run = await RunProcessAsync("", ["chat", .. arguments]);
        Assert.Equal(2, run.Code);
        Assert.NotEqual("", run.Errors);
    }

    [Fact]
    public async Task Settings_are_tab_separated_lines_in_a_pipe()
    {
        var run = await RunAsync("", "--list-settings", "llm_type");
        Assert.Equal((0, "gpt-35\tgpt-35\t\ngpt-4o\tGPT 4o\tlarger\n", ""), run);
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task Settings_as_json_are_what_the_server_sent()
    {
        var one = await RunAsync("", "--list-settings", "llm_type", "--json");
        Assert.Equal("larger", JsonDocument.Parse(one.Output).RootElement[1].GetProperty("description").GetString());
        var all = await RunAsync("", "--list-settings", "--json");
        Assert.Equal("plp-1", JsonDocument.Parse(all.Output).RootElement.GetProperty("prompt")[1].GetProperty("prompt_id").GetString());
    }

    [Fact]
    public async Task Recording_is_heard_and_its_reply_written_as_speech()
    {
        var folder = Directory.CreateTempSubdirectory("avatar-cli");
        try
        {
            var voice = Path.Join(folder.FullName, "odd name.bin");
            var spoken = Path.Join(folder.FullName, "reply.wav");
            await File.WriteAllBytesAsync(voice, [.. "OggS"u8, .. new byte[96]], Token);
            var run = await RunAsync("", "--voice", voice, "--speak", spoken, "--language", "en");
            Assert.Equal((0, "Hello. How are you?\n", "heard: odd name.ogg audio/ogg 100 en\n"), run);
            Assert.Equal(_server.Speech, await File.ReadAllBytesAsync(spoken, Token));

            await File.WriteAllTextAsync(voice, "no audio", Token);
            Assert.Equal((1, "", $"avatar: {voice} is not wav, mp3, ogg, webm or flac.\n"), await RunAsync("", "--voice", voice));
            Assert.Equal((1, "", $"avatar: There is no file {voice}x.\n"), await RunAsync("", "--voice", voice + "x"));
            Assert.Equal((1, "", $"avatar: {folder.FullName} is a folder, not a recording.\n"), await RunAsync("", "--voice", folder.FullName));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory(Timeout = 60_000)]
    [InlineData(PosixSignal.SIGINT, "INT")]
    [InlineData(PosixSignal.SIGTERM, "TERM")]
    public async Task Signal_in_the_middle_of_a_reply_ends_the_session(PosixSignal signal, string name)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), $"{signal} is sent by kill");
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Llm = async context =>
        {
            await FakePerso.WriteAsync(context, "data: {\"sentence\":\"Hello.\"}\n");
            asked.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        };
        using var process = Start(["chat", "--api-server", _server.Address.AbsoluteUri, "--text", "hi"], []);
        await asked.Task.WaitAsync(Token);
        var shown = new char["Hello.".Length];
        await process.StandardOutput.ReadBlockAsync(shown, Token);
        Assert.Equal("Hello.", new string(shown));
        using (var kill = Process.Start("kill", ["-" + name, process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync(Token);
        }

        await process.WaitForExitAsync(Token);
        Assert.Equal(130, process.ExitCode);
        Assert.Equal("\n", await process.StandardOutput.ReadToEndAsync(Token));
        Assert.Equal("", await process.StandardError.ReadToEndAsync(Token));
        Assert.True(_server.Ended.Task.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Session_that_ended_unnoticed_is_replaced_and_its_reason_told()
    {
        _server.First = context => context.Request.Path == "/api/v1/session/s1/llm/"
            ? FakePerso.RefuseAsync(
                context, 400, "{\"errors\":[{\"code\":\"session_terminated\",\"detail\":\"The session has ended.\",\"attr\":null}]}")
            : Task.FromResult(false);
        var run = await RunAsync("hi", "--text");
        Assert.Equal((0, "Hello. How are you?\n"), (run.Code, run.Output));
        Assert.Equal(
            "avatar: The session ended: the minutes of one session are used up. A new one begins without what was said before.\n", run.Errors);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Task<(int Code, string Output, string Errors)> RunAsync(string input, params string[] arguments) => RunAsync(input, arguments, []);

    private Task<(int Code, string Output, string Errors)> RunAsync(
        string input, string[] arguments, params (string Name, string Value)[] environment) =>
        RunProcessAsync(input, ["chat", "--api-server", _server.Address.AbsoluteUri, .. arguments], environment);

    private static async Task<(int Code, string Output, string Errors)> RunProcessAsync(
        string input, string[] arguments, params (string Name, string Value)[] environment)
    {
        using var process = Start(arguments, environment);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(Token);
        var errors = process.StandardError.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        return (process.ExitCode, await output, await errors);
    }

    private static Process Start(string[] arguments, (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Join(AppContext.BaseDirectory, "AvatarGrains.Cli.dll"), .. arguments])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment.Remove("EST_LIVE_API_KEY");
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}

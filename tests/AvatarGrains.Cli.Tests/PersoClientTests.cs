using System.Net;
using System.Net.Sockets;
using AvatarGrains.Client.Rest;

namespace AvatarGrains.Cli.Tests;

/// <summary>The REST client against servers that follow the contract loosely, or not at all.</summary>
public sealed class PersoClientTests : IAsyncLifetime
{
    private FakePerso _server = null!;
    private PersoClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await FakePerso.StartAsync();
        _client = new PersoClient(_server.Address, "pak-1");
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("data: {\"status\":\"success\",\"sentence\":\"A.\"}\ndata: {\"status\":\"success\",\"sentence\":\"B.\"}\n")]
    [InlineData("data: {\"sentence\":\"A.\"}\r\n\r\ndata: {\"sentence\":\"B.\"}\r\n\r\n")]
    [InlineData("\n\n: comment\nevent: x\ndata:{\"sentence\":\"A.\"}\n\n\ndata: {\"status\":null,\"sentence\":\"B.\"}")]
    [InlineData(
        "data: {\"sentence\":\"A.\"}\ndata: {\"status\":\"success\"}\ndata: {\"sentence\":null}\ndata: {\"sentence\":\"B.\"}\ndata: [DONE]\n")]
    [InlineData(
        "\uFEFFdata: {\"type\":\"message\",\"content\":\"A.\"}\ndata: {\"type\":\"message\",\"content\":\"B.\"}\ndata: {\"type\":\"finish\"}\n")]
    public async Task Reply_framed_as_servers_do_is_read(string stream)
    {
        // One byte at a time, so that every cut between pieces happens.
        _server.Llm = async context =>
        {
            foreach (var one in System.Text.Encoding.UTF8.GetBytes(stream))
            {
                await context.Response.Body.WriteAsync(new[] { one });
                await context.Response.Body.FlushAsync();
            }
        };
        Assert.Equal(["A.", "B."], await AskAsync());
    }

    [Fact]
    public async Task Reply_is_given_piece_by_piece_while_it_comes()
    {
        var second = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Llm = async context =>
        {
            await FakePerso.WriteAsync(context, "data: {\"sentence\":\"A.\"}\n");
            await second.Task;
            await FakePerso.WriteAsync(context, "data: {\"sentence\":\"B.\"}\n");
        };
        await using var pieces = _client.AskAsync("s", "hi", true, Token).GetAsyncEnumerator(Token);
        Assert.True(await pieces.MoveNextAsync());
        Assert.Equal("A.", pieces.Current);
        second.SetResult();
        Assert.True(await pieces.MoveNextAsync());
        Assert.False(await pieces.MoveNextAsync());
    }

    [Theory]
    [InlineData("data: {\"sentence\":\"A.\"}\ndata: {\"sent", PersoFault.Interrupted)]
    [InlineData("data: {\"sentence\":\"A.\"}\ndata: {\"status\":\"fail\",\"reason\":\"llm error\"}\n", PersoFault.Failed)]
    [InlineData("data: {\"sentence\":\"A.\"}\ndata: {nonsense}\n", PersoFault.Interrupted)]
    public async Task Reply_that_breaks_off_keeps_what_came_and_says_so(string stream, PersoFault fault)
    {
        _server.Llm = context => FakePerso.WriteAsync(context, stream);
        await AssertBreaksAsync(fault);
    }

    [Fact]
    public async Task Connection_that_is_reset_in_the_middle_is_an_interruption()
    {
        // A reset may overtake what was sent before it, so it waits until that has been read.
        var read = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Llm = async context =>
        {
            await FakePerso.WriteAsync(context, "data: {\"sentence\":\"A.\"}\n");
            await read.Task;
            context.Abort();
        };
        await AssertBreaksAsync(PersoFault.Interrupted, read.SetResult);
    }

    [Fact]
    public async Task Line_without_end_is_refused_rather_than_kept()
    {
        _server.Llm = async context =>
        {
            var chunk = new string('x', 1 << 16);
            for (var sent = 0; sent < 64 && !context.RequestAborted.IsCancellationRequested; sent++)
            {
                await FakePerso.WriteAsync(context, chunk);
            }
        };
        Assert.Equal(PersoFault.Malformed, (await Assert.ThrowsAsync<PersoClientException>(AskAsync)).Fault);
    }

    [Theory]
    [InlineData(
        400,
        "{\"errors\":[{\"code\":\"does_not_exist\",\"detail\":\"No such prompt.\",\"attr\":\"prompt\"}]}",
        "does_not_exist",
        "prompt: No such prompt.")]
    [InlineData(401, "{\"detail\":\"Bad key.\"}", null, "Bad key.")]
    [InlineData(500, "<html><head><title>502 Bad\nGateway</title></head><body>long</body></html>", null, "502 Bad Gateway")]
    [InlineData(500, "<html>", null, "The server failed.")]
    [InlineData(413, "", null, "This is larger than the server takes.")]
    [InlineData(400, "{\"errors\":[]}", null, "The server does not take this request.")]
    [InlineData(400, "[1,2]", null, "The server does not take this request.")]
    [InlineData(418, "a\u001b[31m pot", null, "a [31m pot")]
    public async Task Error_of_any_shape_becomes_one_line(int status, string body, string? code, string message)
    {
        _server.First = context => FakePerso.RefuseAsync(context, status, body);
        var error = await Assert.ThrowsAsync<PersoClientException>(() => _client.CreateSessionAsync(new PersoSessionRequest(), Token));
        Assert.Equal((PersoFault.Refused, status, code, message), (error.Fault, error.Status, error.Code, error.Message));
    }

    [Fact]
    public async Task Retry_after_is_told()
    {
        _server.First = context =>
        {
            context.Response.Headers.RetryAfter = "7";
            return FakePerso.RefuseAsync(context, 429, "");
        };
        var error = await Assert.ThrowsAsync<PersoClientException>(() => _client.ListAsync(PersoSettingKind.LlmType, Token));
        Assert.Equal(TimeSpan.FromSeconds(7), error.RetryAfter);
    }

    [Fact]
    public async Task Key_goes_where_it_is_asked_for_and_never_into_a_session_or_along_a_redirect()
    {
        await _client.ListAsync(PersoSettingKind.ModelStyle, Token);
        var session = await _client.CreateSessionAsync(new PersoSessionRequest(), Token);
        await _client.SendEventAsync(session.Id, "SESSION_START", "", Token);
        await AskAsync();
        await _client.SpeakAsync(session.Id, "hi", Token);
        Assert.All(
            _server.Requests, request => Assert.Equal(request.Path.Contains("/session/s", StringComparison.Ordinal) ? "" : "pak-1", request.Key));

        await using var other = await FakePerso.StartAsync();
        _server.First = context =>
        {
            context.Response.Redirect(other.Address.ToString());
            return Task.FromResult(true);
        };
        await Assert.ThrowsAsync<PersoClientException>(() => _client.ListAsync(PersoSettingKind.LlmType, Token));
        Assert.Empty(other.Requests);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("")]
    [InlineData("{\"session\":\"x\"}")]
    [InlineData("[]")]
    [InlineData("{\"session_id\":{}}")]
    public async Task Session_that_is_none_is_malformed(string body)
    {
        _server.First = context => FakePerso.RefuseAsync(context, 200, body);
        Assert.Equal(
            PersoFault.Malformed,
            (await Assert.ThrowsAsync<PersoClientException>(() => _client.CreateSessionAsync(new PersoSessionRequest(), Token))).Fault);
    }

    [Fact]
    public async Task Lists_take_missing_fields_bare_names_and_pages()
    {
        _server.Lists["llm_type"] = """
            {
              "count": 4,
              "results": ["bare", {"name":"a","display_name":null}, {"display_name":"nameless"}, {"name":"b","display_name":"B","description":5}, 7]
            }
            """;
        var list = await _client.ListAsync(PersoSettingKind.LlmType, Token);
        Assert.Equal([("bare", "bare", ""), ("a", "a", ""), ("b", "B", "5")], list.Select(one => (one.Id, one.Title, one.Description)));
    }

    [Fact]
    public async Task Session_reads_names_given_as_objects()
    {
        var session = await _client.GetSessionAsync("s1", Token);
        Assert.Equal(("s1", "TERMINATED", "MAX_MIN_PER_SESSION_QUOTA_EXCEEDED"), (session.Id, session.Status, session.TerminationReason));
        Assert.Equal(["LLM"], session.Capability);
    }

    [Fact]
    public async Task Recording_is_sent_as_multipart_with_name_type_and_language()
    {
        var text = await _client.TranscribeAsync("s1", new MemoryStream(new byte[2 << 20]), "a.ogg", "audio/ogg", "ko", Token);
        Assert.Equal("a.ogg audio/ogg 2097152 ko", text);
    }

    [Fact]
    public async Task Address_nobody_listens_at_is_unreachable()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        var port = ((IPEndPoint)socket.LocalEndpoint).Port;
        socket.Stop();
        using var client = new PersoClient(new Uri($"http://127.0.0.1:{port}"));
        Assert.Equal(
            PersoFault.Unreachable, (await Assert.ThrowsAsync<PersoClientException>(() => client.ListAsync(PersoSettingKind.Prompt, Token))).Fault);
    }

    [Fact]
    public async Task Server_that_speaks_no_http_is_unreachable()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        var answering = Task.Run(async () =>
        {
            using var one = await socket.AcceptTcpClientAsync();
            await one.GetStream().WriteAsync("SSH-2.0-x\r\n"u8.ToArray());
        });
        using var client = new PersoClient(new Uri($"http://127.0.0.1:{((IPEndPoint)socket.LocalEndpoint).Port}"));
        Assert.Equal(
            PersoFault.Unreachable, (await Assert.ThrowsAsync<PersoClientException>(() => client.ListAsync(PersoSettingKind.Prompt, Token))).Fault);
        await answering;
    }

    [Fact]
    public async Task Cancelling_is_the_only_thing_that_cancels()
    {
        using var stop = new CancellationTokenSource();
        _server.Llm = async context =>
        {
            await stop.CancelAsync();
            await FakePerso.WriteAsync(context, "data: {\"sentence\":\"A.\"}\n");
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in _client.AskAsync("s", "hi", true, stop.Token))
            {
            }
        });
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private async Task<List<string>> AskAsync()
    {
        var pieces = new List<string>();
        await foreach (var piece in _client.AskAsync("s1", "hi", true, Token))
        {
            pieces.Add(piece);
        }

        return pieces;
    }

    private async Task AssertBreaksAsync(PersoFault fault, Action? onPiece = null)
    {
        var pieces = new List<string>();
        var error = await Assert.ThrowsAsync<PersoClientException>(async () =>
        {
            await foreach (var piece in _client.AskAsync("s1", "hi", true, Token))
            {
                pieces.Add(piece);
                onPiece?.Invoke();
            }
        });
        Assert.Equal(fault, error.Fault);
        Assert.Equal(["A."], pieces);
    }
}

using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AvatarGrains.EndToEnd.Tests.Faults;

/// <summary>
/// Clients that never finish a request: each is refused and disconnected after the server's limit (15 s for headers, 1 KB/s for bodies),
/// and no other client waits.
/// </summary>
public sealed class SlownessTests : IAsyncLifetime
{
    private const int Clients = 60;
    private const int MostGrowth = 64 << 20;

    private ServerProcess _server = null!;
    private HttpClient _http = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await ServerProcess.StartAsync();
        _http = new HttpClient { BaseAddress = new Uri(_server.Address, "api/v1/"), Timeout = TimeSpan.FromSeconds(60) };
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Slow_headers_and_bodies_are_given_up_while_others_are_served()
    {
        var session = await TalkAsync();
        var memory = _server.ResidentBytes;
        string[] beginnings =
        [
            "GET /api/v1/prompt/ HTTP/1.1\r\nHost: x\r\nX-Slow: ",
            "POST /api/v1/session/ HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{",
            $"POST /api/v1/session/{session}/llm/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfff\r\n{{\"me",
            $"POST /api/v1/session/{session}/stt/ HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\n"
                + "Content-Length: 100000\r\n\r\n--b\r\n",
        ];
        var slow = Enumerable.Range(0, Clients).Select(i => StayAsync(beginnings[i % beginnings.Length])).ToArray();
        using var beat = new PeriodicTimer(TimeSpan.FromSeconds(1));
        do
        {
            // A well-behaved client is answered at once all the time; it asks as often as a tenant may begin conversations.
            await TalkAsync();
        }
        while (!Task.WhenAll(slow).IsCompleted && await beat.WaitForNextTickAsync(Stop));

        foreach (var (i, answer) in (await Task.WhenAll(slow)).Index())
        {
            Assert.StartsWith("HTTP/1.1 408 Request Timeout\r\n", answer, StringComparison.Ordinal);
            if (i % beginnings.Length != 0)
            {
                // Headers that never end never reach the dialect.
                Assert.Contains("{\"errors\":[{\"code\":\"request_timeout\"", answer, StringComparison.Ordinal);
            }
        }

        Assert.InRange(_server.ResidentBytes - memory, long.MinValue, MostGrowth);
    }

    /// <summary>Sends a beginning, then a byte now and then until the server closes the connection.</summary>
    /// <returns>What the server said before it closed the connection.</returns>
    private async Task<string> StayAsync(string beginning)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _server.Port, Stop);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(beginning), Stop);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var drip = DripAsync(stream, over.Token);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(TimeSpan.FromSeconds(120));
        var answer = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            for (var length = await stream.ReadAsync(buffer, patience.Token); length > 0; length = await stream.ReadAsync(buffer, patience.Token))
            {
                answer.Append(Encoding.ASCII.GetString(buffer, 0, length));
            }
        }
        catch (IOException)
        {
            // The server closed while a byte was on its way: what it said before was read.
        }

        await over.CancelAsync();
        await drip;
        return answer.ToString();
    }

    private static async Task DripAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        try
        {
            using var beat = new PeriodicTimer(TimeSpan.FromSeconds(1));
            while (await beat.WaitForNextTickAsync(cancellationToken))
            {
                // A space is wrong nowhere in these requests: only their slowness is.
                await stream.WriteAsync(" "u8.ToArray(), cancellationToken);
            }
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            // The server has closed the connection, or the test has read to its end.
        }
    }

    private async Task<string> TalkAsync()
    {
        using var created = await _http.PostAsync("session/", Json("""{"capability":["LLM","STT"]}"""), Stop);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        using var body = System.Text.Json.JsonDocument.Parse(await created.Content.ReadAsStringAsync(Stop));
        var session = body.RootElement.GetProperty("session_id").GetString()!;
        using var answer = await _http.PostAsync($"session/{session}/llm/", Json("""{"message":"Who are you?","clear_history":false}"""), Stop);
        Assert.Contains("\"status\":\"success\"", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        return session;
    }

    private static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");
}

using System.Net;
using System.Text;
using AvatarGrains.Api.Shared;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace AvatarGrains.Api.Tests.Shared;

/// <summary>Server-sent events, byte for byte.</summary>
public sealed class EventStreamTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false, "data: {\"Text\":\"a\",\"Parts\":null}\n\ndata: one\ndata: two\n\ndata: \n\n")]
    [InlineData(true, "data: {\"Text\":\"a\",\"Parts\":null}\r\n\r\ndata: one\r\ndata: two\r\n\r\ndata: \r\n\r\n")]
    public async Task Events_are_written_with_the_line_ends_that_clients_expect(bool crlf, string written)
    {
        await using var server = await StartAsync(crlf, async stream =>
        {
            Assert.True(await stream.SendAsync(new Words("a"), BodyJson.Default.Words));
            Assert.True(await stream.SendAsync("one\r\ntwo"u8.ToArray()));
            Assert.True(await stream.SendAsync(default));
        });
        using var response = await server.Http.GetAsync("/", Token);
        Assert.Equal(written, await response.Content.ReadAsStringAsync(Token));
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.ToString());
        Assert.True(response.Headers.CacheControl!.NoCache);
    }

    [Fact]
    public async Task Event_reaches_the_client_before_the_next_is_made()
    {
        var seen = new TaskCompletionSource();
        await using var server = await StartAsync(false, async stream =>
        {
            await stream.SendAsync("first"u8.ToArray());
            await seen.Task;
            await stream.SendAsync("second"u8.ToArray());
        });
        using var reader = await ReadAsync(server);
        Assert.Equal("data: first", await reader.ReadLineAsync(Token));
        Assert.Equal("", await reader.ReadLineAsync(Token));
        seen.SetResult();
        Assert.Equal("data: second\n\n", await reader.ReadToEndAsync(Token));
    }

    [Fact]
    public async Task Comment_comes_every_15_seconds_until_the_end()
    {
        var begun = new TaskCompletionSource();
        var enough = new TaskCompletionSource();
        await using var server = await StartAsync(true, async stream =>
        {
            begun.SetResult();
            await enough.Task;
        });
        using var reader = await ReadAsync(server);
        await begun.Task;
        server.Time.Advance(TimeSpan.FromSeconds(14.9));
        server.Time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(": ping - 2026-03-10 12:00:15.000000+00:00", await reader.ReadLineAsync(Token));
        Assert.Equal("", await reader.ReadLineAsync(Token));
        server.Time.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal(": ping - 2026-03-10 12:00:30.000000+00:00", await reader.ReadLineAsync(Token));
        enough.SetResult();
        Assert.Equal("\r\n", await reader.ReadToEndAsync(Token));
        Assert.Equal(0, server.Time.ArmedTimers);
    }

    [Fact]
    public async Task Client_that_leaves_ends_the_stream()
    {
        var begun = new TaskCompletionSource();
        var result = new TaskCompletionSource<bool>();
        await using var server = await StartAsync(false, async stream =>
        {
            begun.SetResult();
            var gone = new TaskCompletionSource();
            await using var registration = stream.Gone.Register(gone.SetResult);
            await gone.Task;
            result.SetResult(await stream.SendAsync("nobody hears"u8.ToArray()));
        });
        using (await ReadAsync(server))
        {
            await begun.Task;
        }

        Assert.False(await result.Task.WaitAsync(Token));
    }

    private static Task<SharedServer> StartAsync(bool crlf, Func<EventStream, Task> send) => SharedServer.StartAsync(
        (app, _) => app.MapGet("/", async (HttpContext context, TimeProvider time) =>
        {
            await using var stream = await EventStream.BeginAsync(context, time, crlf);
            await send(stream);
        }),
        new FaultShape());

    private static async Task<StreamReader> ReadAsync(SharedServer server)
    {
        var response = await server.Http.GetAsync("/", HttpCompletionOption.ResponseHeadersRead, Token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return new StreamReader(await response.Content.ReadAsStreamAsync(Token), Encoding.UTF8);
    }
}

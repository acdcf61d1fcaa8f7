using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AvatarGrains.Api.Shared;

/// <summary>
/// A <c>text/event-stream</c> answer: each event is sent at once, and a comment every 15 seconds keeps the connection through proxies. Thread-safe.
/// To be disposed when the last event is out.
/// </summary>
internal sealed class EventStream : IAsyncDisposable
{
    private const int LineFeed = '\n';

    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(15);

    private readonly HttpContext _context;
    private readonly TimeProvider _time;
    private readonly byte[] _end;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly ArrayBufferWriter<byte> _buffer = new(1024);
    private readonly ITimer _pings;
    private volatile bool _over;

    private EventStream(HttpContext context, TimeProvider time, bool crlf)
    {
        (_context, _time, _end) = (context, time, crlf ? "\r\n"u8.ToArray() : "\n"u8.ToArray());
        _pings = time.CreateTimer(_ => OnPingDue(), null, PingEvery, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Fires when the client has left: whoever makes events need not go on.</summary>
    public CancellationToken Gone => _context.RequestAborted;

    /// <summary>Begins the answer; its status and headers go out now.</summary>
    /// <param name="context">The request.</param>
    /// <param name="time">Times the pings.</param>
    /// <param name="crlf">Whether lines end with CR LF; with LF otherwise. Clients that split the bytes themselves expect one of them.</param>
    /// <param name="contentType">What the answer says it is.</param>
    public static async ValueTask<EventStream> BeginAsync(
        HttpContext context, TimeProvider time, bool crlf = false, string contentType = "text/event-stream")
    {
        var response = context.Response;
        response.ContentType = contentType;
        response.Headers.CacheControl = "no-cache";
        response.Headers["X-Accel-Buffering"] = "no";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await response.StartAsync(context.RequestAborted);
        await response.Body.FlushAsync(context.RequestAborted);
        return new EventStream(context, time, crlf);
    }

    /// <summary>Sends one event whose data is JSON.</summary>
    /// <returns>False when the client has left: there is nobody to send to.</returns>
    public ValueTask<bool> SendAsync<T>(T data, JsonTypeInfo<T> type) => SendAsync(JsonSerializer.SerializeToUtf8Bytes(data, type));

    /// <summary>Sends one event.</summary>
    /// <param name="data">UTF-8; each of its lines becomes a <c>data:</c> line.</param>
    /// <returns>False when the client has left: there is nobody to send to.</returns>
    public async ValueTask<bool> SendAsync(ReadOnlyMemory<byte> data)
    {
        if (!await EnterAsync())
        {
            return false;
        }

        try
        {
            var rest = data.Span;
            for (var more = true; more;)
            {
                var length = rest.IndexOf((byte)LineFeed);
                more = length >= 0;
                _buffer.Write("data: "u8);
                _buffer.Write((more ? rest[..length] : rest).TrimEnd((byte)'\r'));
                _buffer.Write(_end);
                rest = more ? rest[(length + 1)..] : default;
            }

            return await FlushAsync();
        }
        finally
        {
            _writing.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _over = true;
        await _pings.DisposeAsync();

        // A ping that is being written belongs to the answer, which ends after it.
        await _writing.WaitAsync();
        _writing.Dispose();
    }

    private void OnPingDue()
    {
        if (!_over)
        {
            _pings.Change(PingEvery, Timeout.InfiniteTimeSpan);
            _ = PingAsync();
        }
    }

    /// <summary>Never throws. What is being written now keeps the connection as well as a ping.</summary>
    private async Task PingAsync()
    {
        if (!await _writing.WaitAsync(TimeSpan.Zero))
        {
            return;
        }

        try
        {
            var now = _time.GetUtcNow().ToString("yyyy-MM-dd HH:mm:ss.ffffffzzz", CultureInfo.InvariantCulture);
            _buffer.Write(Encoding.UTF8.GetBytes($": ping - {now}"));
            _buffer.Write(_end);
            await FlushAsync();
        }
        finally
        {
            _writing.Release();
        }
    }

    private async ValueTask<bool> EnterAsync()
    {
        if (_over || Gone.IsCancellationRequested)
        {
            return false;
        }

        await _writing.WaitAsync();
        return true;
    }

    /// <summary>Ends the event with an empty line and sends it.</summary>
    private async ValueTask<bool> FlushAsync()
    {
        _buffer.Write(_end);
        try
        {
            await _context.Response.Body.WriteAsync(_buffer.WrittenMemory, Gone);
            await _context.Response.Body.FlushAsync(Gone);
            return !Gone.IsCancellationRequested;
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            _over = true;
            return false;
        }
        finally
        {
            _buffer.ResetWrittenCount();
        }
    }
}

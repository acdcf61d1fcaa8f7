using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AvatarGrains.Engines.Tests.Faults;

/// <summary>
/// A server on the loopback whose connection is reset in the middle of each answer, after the client has had what was sent before. An
/// HttpListener cannot do that: its abort ends a chunked answer as a whole one ends.
/// </summary>
internal sealed class ResettingServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TaskCompletionSource _received = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _body;
    private readonly string _contentType;
    private readonly Task _loop;

    /// <param name="body">What is sent before the reset.</param>
    /// <param name="contentType">What the server says it is.</param>
    public ResettingServer(string body, string contentType = "text/event-stream")
    {
        (_body, _contentType) = (body, contentType);
        _listener.Start();
        BaseUrl = $"http://{_listener.LocalEndpoint}/v1";
        _loop = Task.Run(ServeAsync);
    }

    public string BaseUrl { get; }

    /// <summary>The client has what was sent: the connection is reset now.</summary>
    public void Reset() => _received.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        Reset();
        _listener.Stop();
        await _loop;
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                using var connection = await _listener.AcceptSocketAsync();
                await AnswerAsync(connection);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(Socket connection)
    {
        connection.LingerState = new LingerOption(true, 0);
        await ReadRequestAsync(connection);
        var length = Encoding.UTF8.GetByteCount(_body).ToString("x", CultureInfo.InvariantCulture);
        await connection.SendAsync(Encoding.UTF8.GetBytes(
            $"HTTP/1.1 200 OK\r\nContent-Type: {_contentType}\r\nTransfer-Encoding: chunked\r\n\r\n{length}\r\n{_body}\r\n"));
        await _received.Task;
    }

    /// <summary>Reads to the end of the body, whose length the client says.</summary>
    private static async Task ReadRequestAsync(Socket connection)
    {
        const string LengthHeader = "content-length:";
        var request = "";
        var buffer = new byte[64 * 1024];
        while (true)
        {
            request += Encoding.Latin1.GetString(buffer, 0, await connection.ReceiveAsync(buffer));
            var end = request.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            var length = request.IndexOf(LengthHeader, StringComparison.OrdinalIgnoreCase);
            if (end >= 0 && length >= 0)
            {
                var digits = request[(length + LengthHeader.Length)..request.IndexOf('\r', length)];
                if (request.Length >= end + 4 + int.Parse(digits, CultureInfo.InvariantCulture))
                {
                    return;
                }
            }
        }
    }
}

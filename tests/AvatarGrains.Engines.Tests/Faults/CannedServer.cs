using System.Net;
using System.Text;

namespace AvatarGrains.Engines.Tests.Faults;

/// <summary>One answer of a server.</summary>
/// <param name="Pieces">The body, in the pieces it is sent in.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="ContentType">What the server says it is.</param>
/// <param name="Break">The connection breaks after the last piece.</param>
/// <param name="Pause">Awaited before each piece, with its number.</param>
internal sealed record Canned(
    IReadOnlyList<byte[]> Pieces,
    int Status = 200,
    string ContentType = "text/event-stream",
    bool Break = false,
    Func<int, CancellationToken, Task>? Pause = null)
{
    public Action<HttpResponseMessage>? Headers { get; init; }

    public static Canned Text(string body, int status = 200, string contentType = "text/event-stream") =>
        new([Encoding.UTF8.GetBytes(body)], status, contentType);

    public static Canned Bytes(byte[] body, string contentType) => new([body], 200, contentType);

    /// <summary>A stream of server-sent events.</summary>
    public static Canned Events(params IEnumerable<string> events) => Text(string.Concat(events.Select(data => $"data: {data}\n\n")));
}

/// <summary>A server in memory: gives canned answers one after the other, the last one again and again, and keeps what it was asked.</summary>
internal sealed class CannedServer(params IReadOnlyList<Canned> answers) : HttpMessageHandler
{
    private int _next;

    /// <summary>Gives the answer to a request instead of the canned ones; null for none.</summary>
    public Func<string, Canned>? Choose { get; init; }

    public List<string> Requests { get; } = [];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        Requests.Add(body);
        var canned = Choose?.Invoke(body) ?? answers[Math.Min(_next++, answers.Count - 1)];
        var response = new HttpResponseMessage((HttpStatusCode)canned.Status) { Content = new StreamContent(new PieceStream(canned)) };
        if (canned.ContentType.Length > 0)
        {
            response.Content.Headers.TryAddWithoutValidation("Content-Type", canned.ContentType);
        }

        canned.Headers?.Invoke(response);
        return response;
    }

    private sealed class PieceStream(Canned canned) : Stream
    {
        private int _piece;
        private int _at;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            while (_piece < canned.Pieces.Count && _at == canned.Pieces[_piece].Length)
            {
                (_piece, _at) = (_piece + 1, 0);
            }

            if (_at == 0 && canned.Pause is { } pause)
            {
                await pause(_piece, cancellationToken);
            }

            if (_piece == canned.Pieces.Count)
            {
                return canned.Break ? throw new HttpIOException(HttpRequestError.ResponseEnded, "cut") : 0;
            }

            var count = Math.Min(buffer.Length, canned.Pieces[_piece].Length - _at);
            canned.Pieces[_piece].AsMemory(_at, count).CopyTo(buffer);
            _at += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

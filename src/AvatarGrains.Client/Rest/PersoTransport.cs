using System.IO.Pipelines;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace AvatarGrains.Client.Rest;

/// <summary>Requests with time-outs and bounded answers; every failure becomes a <see cref="PersoClientException"/>.</summary>
internal sealed class PersoTransport : IDisposable
{
    private const int MaxErrorBody = 64 << 10;
    private const int MaxBody = 64 << 20;

    /// <summary>For a request that carries a file.</summary>
    public static readonly TimeSpan UploadTimeout = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(60);

    private readonly HttpClient _http;
    private readonly Uri _root;
    private readonly TimeProvider _time;

    public PersoTransport(Uri root, TimeProvider time)
    {
        _root = root;
        _time = time;
        // A redirect followed blindly would carry the key to another host.
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = ConnectTimeout,
            UseProxy = !root.IsLoopback,
            AutomaticDecompression = DecompressionMethods.All,
        };
        _http = new HttpClient(handler) { BaseAddress = root, Timeout = Timeout.InfiniteTimeSpan };
    }

    public void Dispose() => _http.Dispose();

    /// <summary>A request whose answer is JSON.</summary>
    public Task<JsonElement> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        SendAsync(request, AnswerTimeout, cancellationToken);

    /// <summary>A request whose answer is JSON and must be whole after <paramref name="timeout"/>.</summary>
    public async Task<JsonElement> SendAsync(HttpRequestMessage request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var response = await OpenAsync(request, both.Token);
            var body = await ReadAsync(response, MaxBody, both.Token);
            return PersoJson.Parse(body);
        }
        catch (Exception error) when (Translate(error, started: false, cancellationToken) is { } known)
        {
            throw known;
        }
    }

    /// <summary>A request answered by <c>data:</c> lines with a <c>sentence</c>.</summary>
    public async IAsyncEnumerable<string> StreamAsync(Func<HttpRequestMessage> request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(AnswerTimeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        HttpResponseMessage? response = null;
        IAsyncEnumerator<string>? lines = null;
        try
        {
            try
            {
                response = await OpenAsync(request(), both.Token);
                var body = PipeReader.Create(await response.Content.ReadAsStreamAsync(both.Token));
                lines = EventLines.ReadAsync(body, both.Token).GetAsyncEnumerator(both.Token);
            }
            catch (Exception error) when (Translate(error, started: false, cancellationToken) is { } known)
            {
                throw known;
            }

            while (await NextAsync(lines, cancellationToken))
            {
                limit.CancelAfter(AnswerTimeout);
                if (Sentence(lines.Current) is { } sentence)
                {
                    yield return sentence;
                }
            }
        }
        finally
        {
            if (lines is not null)
            {
                await lines.DisposeAsync();
            }

            response?.Dispose();
        }
    }

    public async Task<bool> IsPageAsync(Uri address, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(ConnectTimeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var response = await _http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, both.Token);
            return response.IsSuccessStatusCode && response.Content.Headers.ContentType?.MediaType == "text/html";
        }
        catch (Exception error) when (Translate(error, started: false, cancellationToken) is { } known)
        {
            throw known;
        }
    }

    private static async ValueTask<bool> NextAsync(IAsyncEnumerator<string> lines, CancellationToken cancellationToken)
    {
        try
        {
            return await lines.MoveNextAsync();
        }
        catch (Exception error) when (Translate(error, started: true, cancellationToken) is { } known)
        {
            throw known;
        }
    }

    private static string? Sentence(string payload)
    {
        // Some servers end their streams with this word, as OpenAI's does.
        if (payload is "" or "[DONE]")
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(payload);
            var line = document.RootElement;
            if (PersoJson.Text(line, "status") is "fail" or "error")
            {
                throw new PersoClientException(
                    PersoFault.Failed,
                    PersoJson.Text(line, "reason") ?? PersoJson.Text(line, "detail") ?? "The server failed in the middle of its answer.");
            }

            return PersoJson.Text(line, "sentence") ?? PersoJson.Text(line, "content");
        }
        catch (JsonException error)
        {
            throw new PersoClientException(PersoFault.Interrupted, "The answer broke off in the middle.", error);
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage response, int limit, CancellationToken cancellationToken)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var bytes = new MemoryStream();
        var chunk = new byte[16 << 10];
        for (int read; (read = await body.ReadAsync(chunk, cancellationToken)) > 0;)
        {
            if (bytes.Length + read > limit)
            {
                throw new PersoClientException(PersoFault.Malformed, "The server's answer is larger than an answer can be.");
            }

            bytes.Write(chunk, 0, read);
        }

        return bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
    }

    private static async Task<string> ReadErrorAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var bytes = new byte[MaxErrorBody];
        try
        {
            return Encoding.UTF8.GetString(bytes, 0, await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken));
        }
        catch (IOException)
        {
            // The status is what matters; a broken body only loses the details.
            return "";
        }
    }

    private static PersoClientException? Translate(Exception error, bool started, CancellationToken caller) => error switch
    {
        PersoClientException known => known,
        OperationCanceledException when caller.IsCancellationRequested => null,
        OperationCanceledException => new PersoClientException(PersoFault.TimedOut, "The server did not answer in time.", error),
        HttpIOException or IOException when started => new PersoClientException(
            PersoFault.Interrupted, "The connection broke in the middle of the answer.", error),
        HttpRequestException http => new PersoClientException(PersoFault.Unreachable, Reason(http), error),
        HttpIOException or IOException => new PersoClientException(
            PersoFault.Unreachable, "The connection broke before the answer was whole.", error),
        _ => null,
    };

    private static string Reason(HttpRequestException error) => error.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => "its name is not known",
        HttpRequestError.SecureConnectionError => "no secure connection can be made; is the address http rather than https?",
        HttpRequestError.InvalidResponse => "what answers there does not speak HTTP",
        _ => error.InnerException?.Message ?? error.Message,
    };

    private async Task<HttpResponseMessage> OpenAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using (request)
        {
            request.RequestUri = new Uri(_root, request.RequestUri!);
            var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            using (response)
            {
                throw PersoFailure.Of(response, await ReadErrorAsync(response, cancellationToken));
            }
        }
    }
}

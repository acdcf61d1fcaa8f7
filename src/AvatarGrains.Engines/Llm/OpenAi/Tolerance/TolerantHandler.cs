using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using AvatarGrains.Core.Engines;

namespace AvatarGrains.Engines.Llm.OpenAi.Tolerance;

/// <summary>
/// Stands between OpenAI's client and one endpoint. Answers reach the client as the stream it knows, whatever form they came in; a request
/// field that the endpoint refuses is left out from then on; everything else that is wrong is an <see cref="EngineException"/>. Thread-safe.
/// </summary>
/// <param name="http">Sends the requests.</param>
/// <param name="time">Clock.</param>
internal sealed class TolerantHandler(HttpClient http, TimeProvider time) : HttpMessageHandler
{
    private const int MostRepairs = 8;

    /// <summary>How long a connection may stay open after a reason to finish; some servers never close it.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly EndpointQuirks _quirks = new(["model", "messages", "stream"]);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is { } content ? await content.ReadAsByteArrayAsync(cancellationToken) : [];
        for (var repairs = 0; ; repairs++)
        {
            var sent = _quirks.Adapt(body);
            var response = await SendOnceAsync(request, sent, cancellationToken);
            if (response.IsSuccessStatusCode)
            {
                return Normalised(response, request);
            }

            using (response)
            {
                if ((int)response.StatusCode is 400 or 422 or 501 && repairs < MostRepairs
                    && _quirks.Learn(sent, await OpenAiErrors.WordsAsync(response, cancellationToken)))
                {
                    continue;
                }

                throw OpenAiErrors.Refused(response, time.GetUtcNow());
            }
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, byte[] body, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(request.Method, request.RequestUri) { Content = new ByteArrayContent(body) };
        message.Content.Headers.ContentType = request.Content?.Headers.ContentType ?? new MediaTypeHeaderValue("application/json");
        foreach (var (name, values) in request.Headers)
        {
            message.Headers.TryAddWithoutValidation(name, values);
        }

        try
        {
            return await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or IOException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw OpenAiErrors.Read(e);
        }
    }

    private HttpResponseMessage Normalised(HttpResponseMessage response, HttpRequestMessage request)
    {
        // Made anew: a header of the answer, such as an unknown character set or encoding, must not reach the client.
        var clean = new HttpResponseMessage(response.StatusCode)
        {
            RequestMessage = request,
            Content = new StreamContent(new PulledStream(ChunksAsync(response))),
        };
        clean.Content.Headers.ContentType = new MediaTypeHeaderValue("text/event-stream");
        return clean;
    }

    /// <summary>The answer as chunks that OpenAI's client reads.</summary>
    private async IAsyncEnumerable<byte[]> ChunksAsync(
        HttpResponseMessage response, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var whole = response;
        var facts = new AnswerFacts();
        var events = new AnswerEvents();
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[16 * 1024];
        var more = true;
        while (more && !facts.Done)
        {
            var read = await ReadAsync(body, buffer, facts.Finished, cancellationToken);
            more = read > 0;
            foreach (var one in more ? events.Push(buffer.AsSpan(0, read)) : events.Finish())
            {
                yield return AnswerChunk.Text(facts.Take(one));
                if (facts.Done)
                {
                    break;
                }
            }
        }

        facts.End();
        yield return AnswerChunk.End(facts.FinishReason, facts.Calls);
    }

    /// <summary>Reads some bytes; none at the end, or when the answer has given its reason to finish and nothing follows.</summary>
    private async ValueTask<int> ReadAsync(Stream body, byte[] buffer, bool finished, CancellationToken cancellationToken)
    {
        try
        {
            if (!finished)
            {
                return await body.ReadAsync(buffer, cancellationToken);
            }

            using var late = new CancellationTokenSource(Grace, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
            return await body.ReadAsync(buffer, either.Token);
        }
        catch (Exception e) when (finished && !cancellationToken.IsCancellationRequested
            && e is OperationCanceledException or IOException or HttpRequestException)
        {
            // All of the answer is there; how the connection ends does not matter.
            return 0;
        }
        catch (Exception e) when (e is IOException or HttpRequestException && !cancellationToken.IsCancellationRequested)
        {
            throw new EngineException(EngineFault.Failed, "the endpoint broke off in the middle of its answer", e);
        }
    }
}

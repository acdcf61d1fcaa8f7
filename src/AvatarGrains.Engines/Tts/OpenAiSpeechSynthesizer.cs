using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;

namespace AvatarGrains.Engines.Tts;

/// <summary>Any OpenAI-compatible speech endpoint, streamed as PCM. It gives no phoneme times: the mouth follows the sound.</summary>
/// <param name="http">Client to use; its timeout covers a request up to the first bytes.</param>
/// <param name="options">Address, key and model.</param>
public sealed class OpenAiSpeechSynthesizer(HttpClient http, SpeechEndpointOptions options) : ISpeechSynthesizer
{
    public string Name => options.Name;

    public IReadOnlyList<VoiceInfo> Voices { get; } = options.ListVoices();

    public async IAsyncEnumerable<SpeechAudio> SynthesizeAsync(SpeechRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var response = await SendAsync(request, cancellationToken);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[options.SampleRate / 10 * 2];
        for (var kept = 0; ;)
        {
            var read = await ReadAsync(stream, buffer.AsMemory(kept), cancellationToken);
            kept += read;
            var whole = kept / 2 * 2;
            if (whole > 0 && (read == 0 || whole == buffer.Length))
            {
                yield return new SpeechAudio(
                    new PcmBlock(MemoryMarshal.Cast<byte, short>(buffer.AsSpan(0, whole)).ToArray(), options.SampleRate), []);
                buffer.AsSpan(whole, kept - whole).CopyTo(buffer);
                kept -= whole;
            }

            if (read == 0)
            {
                yield break;
            }
        }
    }

    private static async Task<int> ReadAsync(Stream stream, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await stream.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            throw new EngineException(EngineFault.Failed, "the speech endpoint broke off", exception);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(SpeechRequest request, CancellationToken cancellationToken)
    {
        var voice = request.Voice is { } name ? name[(name.IndexOf(':', StringComparison.Ordinal) + 1)..] : options.VoiceNames[0];
        var body = new
        {
            model = options.Model,
            input = SpeechText.Clean(request.Text),
            voice,
            response_format = "pcm",
            speed = Math.Clamp(request.Rate, 0.25, 4),
        };

        // Sent with its length, since small servers may not take a chunked body.
        using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body))
        {
            Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
        };
        using var message = new HttpRequestMessage(HttpMethod.Post, options.BaseUrl.TrimEnd('/') + "/audio/speech") { Content = content };
        if (options.ApiKey is { Length: > 0 } key)
        {
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            throw new EngineException(EngineFault.Unavailable, $"{Name} cannot be reached", exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new EngineException(EngineFault.Timeout, $"{Name} did not answer in time", exception);
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw new EngineException(Fault(response.StatusCode), $"{Name} answered {(int)response.StatusCode}");
        }
    }

    private static EngineFault Fault(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => EngineFault.Unauthorized,
        HttpStatusCode.TooManyRequests => EngineFault.Overloaded,
        HttpStatusCode.RequestTimeout or HttpStatusCode.GatewayTimeout => EngineFault.Timeout,
        HttpStatusCode.ServiceUnavailable => EngineFault.Unavailable,
        >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError => EngineFault.Rejected,
        _ => EngineFault.Failed,
    };
}

using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;
using AvatarGrains.Engines.Llm.OpenAi;
using AvatarGrains.Engines.Llm.OpenAi.Tolerance;

namespace AvatarGrains.Engines.Tts;

/// <summary>
/// Any OpenAI-compatible speech endpoint, asked for PCM and read by what it answers. It gives no phoneme times: the mouth follows the sound.
/// </summary>
/// <param name="http">Client to use; its timeout covers a request up to the first bytes.</param>
/// <param name="options">Address, key and model.</param>
/// <param name="transcoder">Decodes what is neither PCM nor WAVE, or null where no such program is installed.</param>
/// <param name="time">Clock.</param>
public sealed class OpenAiSpeechSynthesizer(HttpClient http, SpeechEndpointOptions options, IAudioTranscoder? transcoder, TimeProvider time)
    : ISpeechSynthesizer
{
    private const int MostRepairs = 4;

    private readonly EndpointQuirks _quirks = new(["model", "input", "voice"]);
    private readonly SpeechAnswer _answer = new(options.Name, options.SampleRate, transcoder);

    public string Name => options.Name;

    public IReadOnlyList<VoiceInfo> Voices { get; } = options.ListVoices();

    public async IAsyncEnumerable<SpeechAudio> SynthesizeAsync(SpeechRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var text = SpeechText.Clean(request.Text);
        if (!SpeechText.IsSpeakable(text))
        {
            yield break;
        }

        using var response = await SendAsync(request, text, cancellationToken);
        await foreach (var block in _answer.ReadAsync(response, cancellationToken))
        {
            yield return new SpeechAudio(block, []);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(SpeechRequest request, string text, CancellationToken cancellationToken)
    {
        var voice = request.Voice is { } name ? name[(name.IndexOf(':', StringComparison.Ordinal) + 1)..] : options.VoiceNames[0];
        var body = JsonSerializer.SerializeToUtf8Bytes(new
        {
            model = options.Model,
            input = text,
            voice,
            response_format = "pcm",
            speed = Math.Clamp(request.Rate, 0.25, 4),
        });
        for (var repairs = 0; ; repairs++)
        {
            var sent = _quirks.Adapt(body);
            var response = await SendOnceAsync(sent, cancellationToken);
            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            using (response)
            {
                if ((int)response.StatusCode is not (400 or 422) || repairs == MostRepairs
                    || !_quirks.Learn(sent, await OpenAiErrors.WordsAsync(response, cancellationToken)))
                {
                    throw OpenAiErrors.Refused(response, time.GetUtcNow(), Name);
                }
            }
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(byte[] body, CancellationToken cancellationToken)
    {
        // Sent with its length, since small servers may not take a chunked body.
        using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        using var message = new HttpRequestMessage(HttpMethod.Post, options.BaseUrl.TrimEnd('/') + "/audio/speech") { Content = content };
        if (options.ApiKey is { Length: > 0 } key)
        {
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        try
        {
            return await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            throw new EngineException(EngineFault.Unavailable, $"{Name} cannot be reached", exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new EngineException(EngineFault.Timeout, $"{Name} did not answer in time", exception);
        }
    }
}

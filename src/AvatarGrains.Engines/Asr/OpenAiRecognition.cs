using System.Buffers.Binary;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using AvatarGrains.Core.Engines;
using AvatarGrains.Engines.Llm.OpenAi;

namespace AvatarGrains.Engines.Asr;

/// <summary>One utterance for a transcription endpoint, kept as a WAV file in memory.</summary>
internal sealed class OpenAiRecognition(HttpClient http, OpenAiRecognizerOptions options, string? language) : IRecognition
{
    private const int HeaderBytes = 44;
    private const int SampleRate = 16000;
    private const int MostSamples = SampleRate * 60 * 10;
    private const double GoodEnough = 0.8;
    private readonly MemoryStream _wav = new(HeaderBytes + (SampleRate * 2 * 4));

    /// <summary>Samples beyond ten minutes are dropped.</summary>
    public void Write(ReadOnlySpan<short> samples)
    {
        if (_wav.Length == 0)
        {
            _wav.Write(stackalloc byte[HeaderBytes]);
        }

        if (_wav.Length < HeaderBytes + (MostSamples * 2))
        {
            _wav.Write(MemoryMarshal.AsBytes(samples));
        }
    }

    public string? Partial() => null;

    public async ValueTask<Transcript> FinishAsync(CancellationToken cancellationToken)
    {
        if (_wav.Length <= HeaderBytes)
        {
            return Transcript.Nothing;
        }

        try
        {
            return await SendAsync(cancellationToken);
        }
        catch (Exception e) when (OpenAiErrors.ToFault(e, cancellationToken) is { } fault)
        {
            throw new EngineException(fault, $"{options.Name}: {OpenAiErrors.Describe(e)}", e);
        }
    }

    public void Dispose() => _wav.Dispose();

    private async Task<Transcript> SendAsync(CancellationToken cancellationToken)
    {
        WriteHeader(_wav.GetBuffer(), (int)_wav.Length - HeaderBytes);
        using var form = new MultipartFormDataContent();
        var file = new ByteArrayContent(_wav.GetBuffer(), 0, (int)_wav.Length);
        file.Headers.ContentType = new MediaTypeHeaderValue("audio/wav");
        form.Add(file, "file", "speech.wav");
        form.Add(new StringContent(options.Model), "model");
        form.Add(new StringContent("json"), "response_format");
        if (language is { Length: >= 2 })
        {
            form.Add(new StringContent(language.Split('-')[0]), "language");
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, options.BaseAddress.ToString().TrimEnd('/') + "/audio/transcriptions")
        {
            Content = form,
        };
        if (options.ApiKey is { Length: > 0 } key)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        using var response = await http.SendAsync(request, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw new EngineException(OpenAiErrors.FromStatus((int)response.StatusCode), $"{options.Name} answered {(int)response.StatusCode}");
        }

        var answer = await response.Content.ReadFromJsonAsync<Answer>(cancellationToken) ?? throw new JsonException("empty answer");
        var text = answer.Text.Trim();
        return text.Length == 0 ? Transcript.Nothing : new Transcript(text, GoodEnough, true);
    }

    private static void WriteHeader(Span<byte> header, int bytes)
    {
        "RIFF"u8.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], bytes + HeaderBytes - 8);
        "WAVEfmt "u8.CopyTo(header[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], 16);
        BinaryPrimitives.WriteInt16LittleEndian(header[20..], 1);
        BinaryPrimitives.WriteInt16LittleEndian(header[22..], 1);
        BinaryPrimitives.WriteInt32LittleEndian(header[24..], SampleRate);
        BinaryPrimitives.WriteInt32LittleEndian(header[28..], SampleRate * 2);
        BinaryPrimitives.WriteInt16LittleEndian(header[32..], 2);
        BinaryPrimitives.WriteInt16LittleEndian(header[34..], 16);
        "data"u8.CopyTo(header[36..]);
        BinaryPrimitives.WriteInt32LittleEndian(header[40..], bytes);
    }

    private sealed record Answer([property: JsonPropertyName("text")] string Text);
}

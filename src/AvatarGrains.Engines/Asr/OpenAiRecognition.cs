using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using AvatarGrains.Core.Engines;
using AvatarGrains.Engines.Llm.OpenAi;

namespace AvatarGrains.Engines.Asr;

/// <summary>One utterance for a transcription endpoint, kept as a WAV file in memory.</summary>
/// <param name="http">Sends it.</param>
/// <param name="options">Address, key and model.</param>
/// <param name="language">BCP 47 tag, or null.</param>
/// <param name="refused">Fields that the endpoint has refused; more are added.</param>
internal sealed class OpenAiRecognition(
    HttpClient http, OpenAiRecognizerOptions options, string? language, ConcurrentDictionary<string, bool> refused) : IRecognition
{
    private const int HeaderBytes = 44;
    private const int SampleRate = 16000;
    private const int MostSamples = SampleRate * 60 * 10;
    private const int MostAnswerBytes = 4 << 20;
    private static readonly string[] Optional = ["response_format", "language"];
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
        catch (Exception e) when (!(e is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            // What a foreign server sends makes reading it fail in many ways, and none of them is a bug of the session.
            throw OpenAiErrors.Read(e);
        }
    }

    public void Dispose() => _wav.Dispose();

    private async Task<Transcript> SendAsync(CancellationToken cancellationToken)
    {
        WriteHeader(_wav.GetBuffer(), (int)_wav.Length - HeaderBytes);
        for (var tries = 0; ; tries++)
        {
            using var response = await SendOnceAsync(cancellationToken);
            if (response.IsSuccessStatusCode)
            {
                return OpenAiTranscript.Read(await BodyAsync(response, cancellationToken), options.Name);
            }

            if ((int)response.StatusCode is not (400 or 422) || tries == Optional.Length
                || !Learn(await OpenAiErrors.WordsAsync(response, cancellationToken)))
            {
                throw OpenAiErrors.Refused(response, TimeProvider.System.GetUtcNow(), options.Name);
            }
        }
    }

    private static async ValueTask<byte[]> BodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await response.Content.LoadIntoBufferAsync(MostAnswerBytes, cancellationToken);
        return await response.Content.ReadAsByteArrayAsync(cancellationToken);
    }

    /// <summary>Leaves out from now on what a refusal names.</summary>
    private bool Learn(string words) => Optional.Any(field => words.Contains(field, StringComparison.Ordinal) && refused.TryAdd(field, true));

    private async Task<HttpResponseMessage> SendOnceAsync(CancellationToken cancellationToken)
    {
        using var form = new MultipartFormDataContent();
        var file = new ByteArrayContent(_wav.GetBuffer(), 0, (int)_wav.Length);
        file.Headers.ContentType = new MediaTypeHeaderValue("audio/wav");
        form.Add(file, "file", "speech.wav");
        form.Add(new StringContent(options.Model), "model");
        if (!refused.ContainsKey("response_format"))
        {
            form.Add(new StringContent("json"), "response_format");
        }

        if (language is { Length: >= 2 } && !refused.ContainsKey("language"))
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

        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
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
}

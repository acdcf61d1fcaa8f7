using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;
using AvatarGrains.Engines.Llm.OpenAi;

namespace AvatarGrains.Engines.Tts;

/// <summary>
/// Reads the sound in the answer of a speech endpoint by what it is, whatever was asked for: samples and WAVE as they come, other files by the
/// transcoder. What is no sound is a failure with words, and never played.
/// </summary>
/// <param name="name">The voice's engine, for failures.</param>
/// <param name="sampleRate">Samples per second where the answer does not say.</param>
/// <param name="transcoder">Decodes files, or null where no such program is installed.</param>
internal sealed class SpeechAnswer(string name, int sampleRate, IAudioTranscoder? transcoder)
{
    private const int MostBytes = 32 << 20;
    private const int LeastHead = 4096;
    private const int DecodedRate = 24_000;

    private static readonly string[] RateHeaders = ["sample-rate", "x-sample-rate", "x-audio-sample-rate"];
    private static readonly string[] SoundMembers = ["audio", "data", "audio_content", "audioContent", "b64_json", "content"];

    /// <summary>The sound as it comes.</summary>
    /// <exception cref="EngineException">There is none.</exception>
    public async IAsyncEnumerable<PcmBlock> ReadAsync(HttpResponseMessage response, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var head = await FillAsync(body, new byte[Math.Max(LeastHead, sampleRate / 10 * 2)], cancellationToken);
        var form = SoundForms.Read(head.Span);
        var wave = form == SoundForm.Wave ? WaveHead.Read(head.Span) : null;
        var any = false;
        if (wave is not null || form == SoundForm.Samples)
        {
            var format = wave ?? new WaveHead(1, Rate(response), 0, long.MaxValue);
            await foreach (var block in StreamAsync(body, head, format, cancellationToken))
            {
                any = true;
                yield return block;
            }
        }
        else
        {
            var file = await WholeAsync(body, head, cancellationToken);
            var block = form switch
            {
                SoundForm.Text => await InTextAsync(file, cancellationToken),
                SoundForm.Unknown => await DecodeAsync(file, cancellationToken),
                _ => WaveFile.Read(file.Span) ?? await DecodeAsync(file, cancellationToken),
            };
            any = block.Samples.Length > 0;
            yield return block;
        }

        if (!any)
        {
            throw new EngineException(EngineFault.Failed, $"{name} answered without sound");
        }
    }

    private static async ValueTask<ReadOnlyMemory<byte>> FillAsync(Stream body, byte[] buffer, CancellationToken cancellationToken)
    {
        var length = 0;
        for (var read = 1; read > 0 && length < buffer.Length; length += read)
        {
            read = await ReadAsync(body, buffer.AsMemory(length), cancellationToken);
        }

        return buffer.AsMemory(0, length);
    }

    private static async ValueTask<int> ReadAsync(Stream body, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await body.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new EngineException(EngineFault.Failed, "the speech endpoint broke off", e);
        }
    }

    private static async IAsyncEnumerable<PcmBlock> StreamAsync(
        Stream body, ReadOnlyMemory<byte> head, WaveHead format, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var left = format.Length;
        var buffer = new byte[Math.Max(format.SampleRate / 10, 1) * format.Frame];
        var odd = ReadOnlyMemory<byte>.Empty;
        for (var bytes = head[format.Start..]; bytes.Length > 0 && left > 0;)
        {
            bytes = bytes[..(int)Math.Min(bytes.Length, left)];
            left -= bytes.Length;
            byte[] joined = [.. odd.Span, .. bytes.Span];
            var whole = joined.Length / format.Frame * format.Frame;
            odd = joined.AsMemory(whole);
            if (whole > 0)
            {
                yield return new PcmBlock(format.ToMono(joined.AsSpan(0, whole)), format.SampleRate);
            }

            bytes = await FillAsync(body, buffer, cancellationToken);
        }
    }

    private static bool IsPositive(string? text, out int rate) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out rate) && rate is >= 8000 and <= 192_000;

    /// <summary>The rate that the answer's headers say, else the configured one.</summary>
    private int Rate(HttpResponseMessage response)
    {
        var named = response.Content.Headers.ContentType?.Parameters.FirstOrDefault(one => one.Name is "rate" or "samplerate" or "sample_rate");
        if (IsPositive(named?.Value?.Trim('"'), out var rate))
        {
            return rate;
        }

        foreach (var header in RateHeaders)
        {
            if (response.Headers.TryGetValues(header, out var values) && IsPositive(values.First(), out rate))
            {
                return rate;
            }
        }

        return sampleRate;
    }

    private async ValueTask<ReadOnlyMemory<byte>> WholeAsync(Stream body, ReadOnlyMemory<byte> head, CancellationToken cancellationToken)
    {
        using var file = new MemoryStream();
        file.Write(head.Span);
        var buffer = new byte[64 * 1024];
        while (await ReadAsync(body, buffer, cancellationToken) is > 0 and var read)
        {
            file.Write(buffer.AsSpan(0, read));
            if (file.Length > MostBytes)
            {
                throw new EngineException(EngineFault.Failed, $"{name} answered with more than {MostBytes >> 20} MB");
            }
        }

        return file.ToArray();
    }

    private async ValueTask<PcmBlock> DecodeAsync(ReadOnlyMemory<byte> file, CancellationToken cancellationToken)
    {
        if (transcoder is null)
        {
            throw new EngineException(EngineFault.Failed, $"{name} answered with a sound file, and ffmpeg, which decodes those, is not installed");
        }

        return await transcoder.DecodeAsync(file, DecodedRate, cancellationToken)
            ?? throw new EngineException(EngineFault.Failed, $"{name} answered with bytes that are no sound");
    }

    /// <summary>Some servers put the sound into JSON; most text is an error.</summary>
    private async ValueTask<PcmBlock> InTextAsync(ReadOnlyMemory<byte> text, CancellationToken cancellationToken)
    {
        if (Parse(text) is not { ValueKind: JsonValueKind.Object } json)
        {
            throw new EngineException(EngineFault.Failed, $"{name} answered with text");
        }

        if (OpenAiErrors.InAnswer(json, name) is { } failed)
        {
            throw failed;
        }

        var encoded = SoundMembers.Select(member => json.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : "").FirstOrDefault(value => value.Length > 0) ?? "";
        var sound = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded[(encoded.IndexOf(',', StringComparison.Ordinal) + 1)..], sound, out var length) || length == 0)
        {
            throw new EngineException(EngineFault.Failed, $"{name} answered with JSON that holds no sound");
        }

        var file = sound.AsMemory(0, length);
        return SoundForms.Read(file.Span) switch
        {
            SoundForm.Samples => new PcmBlock(new WaveHead(1, sampleRate, 0, 0).ToMono(file.Span[..(length / 2 * 2)]), sampleRate),
            SoundForm.Text => throw new EngineException(EngineFault.Failed, $"{name} answered with JSON that holds no sound"),
            _ => WaveFile.Read(file.Span) ?? await DecodeAsync(file, cancellationToken),
        };
    }

    private static JsonElement? Parse(ReadOnlyMemory<byte> text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            // Text that is no JSON, which the caller says.
            return null;
        }
    }
}

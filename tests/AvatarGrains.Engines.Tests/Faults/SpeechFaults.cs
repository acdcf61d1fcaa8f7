using System.Buffers.Binary;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;
using AvatarGrains.Engines.Tts;

namespace AvatarGrains.Engines.Tests.Faults;

/// <summary>A voice behind a server that answers what a test says, and the sound that it should have given.</summary>
internal static class SpeechFaults
{
    public const int Rate = 24_000;

    /// <summary>What a decoded file holds: told apart from samples and from bytes that were played as samples.</summary>
    public static readonly PcmBlock Decoded = new(Enumerable.Repeat((short)77, 2400).ToArray(), Rate);

    /// <summary>Half a second that is as loud and as smooth as a voice.</summary>
    public static short[] Tone { get; } = [.. Enumerable.Range(0, Rate / 2).Select(i => (short)(9000 * Math.Sin(i * 2 * Math.PI * 220 / Rate)))];

    public static byte[] Samples(short[] samples)
    {
        var bytes = new byte[samples.Length * 2];
        Buffer.BlockCopy(samples, 0, bytes, 0, bytes.Length);
        return bytes;
    }

    /// <summary>A WAVE file of 16-bit samples.</summary>
    /// <param name="samples">One channel.</param>
    /// <param name="rate">Samples per second.</param>
    /// <param name="channels">Channels, all with the same samples.</param>
    /// <param name="length">Bytes of samples as the header says; null for what is true.</param>
    public static byte[] Wave(short[] samples, int rate, int channels = 1, uint? length = null)
    {
        var data = Samples([.. samples.SelectMany(sample => Enumerable.Repeat(sample, channels))]);
        var head = new byte[44];
        "RIFF"u8.CopyTo(head);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(4), length is null ? (uint)data.Length + 36 : uint.MaxValue);
        "WAVEfmt "u8.CopyTo(head.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(16), 16);
        BinaryPrimitives.WriteInt16LittleEndian(head.AsSpan(20), 1);
        BinaryPrimitives.WriteInt16LittleEndian(head.AsSpan(22), (short)channels);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(24), rate);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(28), rate * channels * 2);
        BinaryPrimitives.WriteInt16LittleEndian(head.AsSpan(32), (short)(channels * 2));
        BinaryPrimitives.WriteInt16LittleEndian(head.AsSpan(34), 16);
        "data"u8.CopyTo(head.AsSpan(36));
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(40), length ?? (uint)data.Length);
        return [.. head, .. data];
    }

    /// <summary>Frames as an MP3 encoder makes them: MPEG 1 layer III, 128 kbit/s, 44.1 kHz, filled with what looks like noise.</summary>
    public static byte[] Mp3()
    {
        var random = new Random(1);
        var file = new byte[417 * 20];
        random.NextBytes(file);
        for (var frame = 0; frame < 20; frame++)
        {
            ((ReadOnlySpan<byte>)[0xFF, 0xFB, 0x90, 0x00]).CopyTo(file.AsSpan(frame * 417));
        }

        return file;
    }

    public static byte[] Noise(int seed = 2)
    {
        var noise = new byte[20_000];
        new Random(seed).NextBytes(noise);
        return noise;
    }

    public static OpenAiSpeechSynthesizer Voice(HttpMessageHandler server, bool canDecode = true) => new(
        new HttpClient(server),
        new SpeechEndpointOptions { Name = "cloud", BaseUrl = "http://127.0.0.1:1/v1", ApiKey = "secret", Model = "tts", Language = "en" },
        canDecode ? new Transcoder() : null,
        TimeProvider.System);

    /// <summary>The sound of an answer, or the failure.</summary>
    public static async Task<(short[] Samples, int Rate, EngineException? Failure)> SpeakAsync(
        Canned canned, bool canDecode = true, string text = "Hello there.")
    {
        using var server = new CannedServer(canned);
        List<short> samples = [];
        var rate = 0;
        try
        {
            await foreach (var piece in Voice(server, canDecode).SynthesizeAsync(new SpeechRequest(text, null, null), default))
            {
                samples.AddRange(piece.Audio.Samples.Span);
                rate = piece.Audio.SampleRate;
            }
        }
        catch (EngineException e)
        {
            return ([.. samples], rate, e);
        }

        return ([.. samples], rate, null);
    }

    /// <summary>Knows a sound file by its first bytes, as ffmpeg does.</summary>
    private sealed class Transcoder : IAudioTranscoder
    {
        public ValueTask<PcmBlock?> DecodeAsync(ReadOnlyMemory<byte> file, int sampleRate, CancellationToken cancellationToken) =>
            new(file.Span is [0xFF, 0xFB, ..] or [(byte)'O', (byte)'g', (byte)'g', (byte)'S', ..] ? Decoded : null);

        public ValueTask<ReadOnlyMemory<byte>> EncodeMp3Async(PcmBlock audio, int sampleRate, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}

namespace AvatarGrains.Core.Media;

/// <summary>Encodes 20 ms frames of mono 16-bit PCM to Opus packets. One owner, not thread-safe.</summary>
public interface IOpusEncoder : IDisposable
{
    /// <summary>Samples per second of the input: 8000, 12000, 16000, 24000 or 48000.</summary>
    int SampleRate { get; }

    /// <summary>Encodes exactly <c>SampleRate / 50</c> samples into <paramref name="packet"/> (at most 1275 bytes).</summary>
    /// <returns>The packet's length in bytes.</returns>
    int Encode(ReadOnlySpan<short> pcm, Span<byte> packet);
}

/// <summary>Decodes Opus packets to mono 16-bit PCM. One owner, not thread-safe.</summary>
public interface IOpusDecoder : IDisposable
{
    int SampleRate { get; }

    /// <summary>Decodes one packet of up to 120 ms.</summary>
    /// <returns>Samples written, or a negative number when the packet is not valid Opus.</returns>
    int Decode(ReadOnlySpan<byte> packet, Span<short> pcm);

    /// <summary>Conceals one lost packet of <paramref name="pcm"/>.Length samples.</summary>
    int Conceal(Span<short> pcm);
}

/// <summary>Streaming mono resampler. Keeps filter state between calls.</summary>
public interface IResampler : IDisposable
{
    /// <summary>Largest number of output samples that <paramref name="inputSamples"/> can give.</summary>
    int MaxOutput(int inputSamples);

    /// <summary>Consumes all of <paramref name="input"/>.</summary>
    /// <returns>Samples written to <paramref name="output"/>.</returns>
    int Process(ReadOnlySpan<short> input, Span<short> output);
}

/// <summary>
/// Makes codecs. Implemented over native libraries; throws <see cref="DllNotFoundException"/> naming the system package when one is absent.
/// </summary>
public interface IAudioCodecs
{
    IOpusEncoder CreateOpusEncoder(int sampleRate);

    IOpusDecoder CreateOpusDecoder(int sampleRate);

    IResampler CreateResampler(int inputRate, int outputRate);
}

/// <summary>A block of mono 16-bit PCM.</summary>
/// <param name="Samples">The samples; the receiver must not keep them beyond the call unless it owns the array.</param>
/// <param name="SampleRate">Samples per second.</param>
[Orleans.Immutable]
public readonly record struct PcmBlock(ReadOnlyMemory<short> Samples, int SampleRate)
{
    public TimeSpan Duration => TimeSpan.FromSeconds((double)Samples.Length / SampleRate);
}

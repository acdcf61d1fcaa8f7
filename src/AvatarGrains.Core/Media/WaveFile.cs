using System.Buffers.Binary;

namespace AvatarGrains.Core.Media;

/// <summary>RIFF/WAVE files with integer or float PCM, read defensively, and written as mono 16-bit PCM.</summary>
public static class WaveFile
{
    private const ushort FormatPcm = 1;
    private const ushort FormatFloat = 3;
    private const ushort FormatExtensible = 0xFFFE;

    /// <summary>True when the bytes start as a RIFF/WAVE file does.</summary>
    public static bool IsWave(ReadOnlySpan<byte> file) =>
        file.Length >= 12 && file[..4].SequenceEqual("RIFF"u8) && file[8..12].SequenceEqual("WAVE"u8);

    /// <summary>Reads a file; several channels become their mean.</summary>
    /// <returns>Null when it is not a WAVE file with 8, 16, 24 or 32-bit PCM or 32-bit float at 4 to 192 kHz.</returns>
    public static PcmBlock? Read(ReadOnlySpan<byte> file)
    {
        if (!IsWave(file))
        {
            return null;
        }

        WaveFormat? format = null;
        var rest = file[12..];
        while (rest.Length >= 8)
        {
            var size = BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
            var body = rest[8..];
            // Recorders that stream leave the size of the last chunk open: what is there counts.
            var content = size > body.Length ? body : body[..(int)size];
            if (rest[..4].SequenceEqual("fmt "u8))
            {
                format = WaveFormat.Read(content);
            }
            else if (rest[..4].SequenceEqual("data"u8))
            {
                return format is { } known ? new PcmBlock(known.ToMono(content), known.SampleRate) : null;
            }

            var step = (long)size + (size & 1);
            if (step > body.Length)
            {
                return null;
            }

            rest = body[(int)step..];
        }

        return null;
    }

    /// <summary>Writes a mono 16-bit file.</summary>
    public static byte[] Write(ReadOnlySpan<short> samples, int sampleRate)
    {
        var file = new byte[44 + (samples.Length * 2)];
        var span = file.AsSpan();
        "RIFF"u8.CopyTo(span);
        BinaryPrimitives.WriteInt32LittleEndian(span[4..], file.Length - 8);
        "WAVEfmt "u8.CopyTo(span[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(span[16..], 16);
        BinaryPrimitives.WriteUInt16LittleEndian(span[20..], FormatPcm);
        BinaryPrimitives.WriteUInt16LittleEndian(span[22..], 1);
        BinaryPrimitives.WriteInt32LittleEndian(span[24..], sampleRate);
        BinaryPrimitives.WriteInt32LittleEndian(span[28..], sampleRate * 2);
        BinaryPrimitives.WriteUInt16LittleEndian(span[32..], 2);
        BinaryPrimitives.WriteUInt16LittleEndian(span[34..], 16);
        "data"u8.CopyTo(span[36..]);
        BinaryPrimitives.WriteInt32LittleEndian(span[40..], samples.Length * 2);
        WriteSamples(samples, span[44..]);
        return file;
    }

    /// <summary>Writes samples as little-endian 16-bit.</summary>
    public static void WriteSamples(ReadOnlySpan<short> samples, Span<byte> bytes)
    {
        for (var i = 0; i < samples.Length; i++)
        {
            BinaryPrimitives.WriteInt16LittleEndian(bytes[(i * 2)..], samples[i]);
        }
    }

    private readonly record struct WaveFormat(SampleFormat Samples, int Channels, int SampleRate)
    {
        public static WaveFormat? Read(ReadOnlySpan<byte> content)
        {
            if (content.Length < 16)
            {
                return null;
            }

            var code = BinaryPrimitives.ReadUInt16LittleEndian(content);
            if (code == FormatExtensible && content.Length >= 26)
            {
                code = BinaryPrimitives.ReadUInt16LittleEndian(content[24..]);
            }

            var channels = BinaryPrimitives.ReadUInt16LittleEndian(content[2..]);
            var rate = BinaryPrimitives.ReadUInt32LittleEndian(content[4..]);
            var bits = BinaryPrimitives.ReadUInt16LittleEndian(content[14..]);
            SampleFormat? samples = (code, bits) switch
            {
                (FormatPcm, 8) => SampleFormat.U8,
                (FormatPcm, 16) => SampleFormat.S16,
                (FormatPcm, 24) => SampleFormat.S24,
                (FormatPcm, 32) => SampleFormat.S32,
                (FormatFloat, 32) => SampleFormat.F32,
                _ => null,
            };
            return samples is { } known && channels is >= 1 and <= 16 && rate is >= 4000 and <= 192_000
                ? new WaveFormat(known, channels, (int)rate)
                : null;
        }

        public short[] ToMono(ReadOnlySpan<byte> content)
        {
            var width = Samples.Width();
            var frames = content.Length / (width * Channels);
            var samples = new short[frames];
            for (var i = 0; i < frames; i++)
            {
                var sum = 0;
                for (var c = 0; c < Channels; c++)
                {
                    sum += Samples.Read(content[(((i * Channels) + c) * width)..]);
                }

                samples[i] = (short)(sum / Channels);
            }

            return samples;
        }
    }
}

using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace AvatarGrains.Engines.Tts;

/// <summary>The beginning of a WAVE file of 16-bit samples, as servers stream it: its length is often left open.</summary>
/// <param name="Channels">Channels, 1 or 2.</param>
/// <param name="SampleRate">Samples per second.</param>
/// <param name="Start">Where the samples begin.</param>
/// <param name="Length">Bytes of samples; as many as come where the file does not say.</param>
internal readonly record struct WaveHead(int Channels, int SampleRate, int Start, long Length)
{
    /// <summary>Reads the head.</summary>
    /// <returns>Null when it is another kind of WAVE file, or its samples begin later.</returns>
    public static WaveHead? Read(ReadOnlySpan<byte> head)
    {
        var (channels, rate) = (0, 0);
        for (var at = 12; at + 8 <= head.Length;)
        {
            var size = BinaryPrimitives.ReadUInt32LittleEndian(head[(at + 4)..]);
            var body = at + 8;
            if (head[at..].StartsWith("fmt "u8) && body + 16 <= head.Length)
            {
                if (BinaryPrimitives.ReadUInt16LittleEndian(head[body..]) != 1 || BinaryPrimitives.ReadUInt16LittleEndian(head[(body + 14)..]) != 16)
                {
                    return null;
                }

                channels = BinaryPrimitives.ReadUInt16LittleEndian(head[(body + 2)..]);
                rate = (int)BinaryPrimitives.ReadUInt32LittleEndian(head[(body + 4)..]);
            }
            else if (head[at..].StartsWith("data"u8))
            {
                var length = size is 0 or >= int.MaxValue ? long.MaxValue : size;
                return channels is 1 or 2 && rate is >= 4000 and <= 192_000 ? new WaveHead(channels, rate, body, length) : null;
            }

            if (size > (uint)head.Length)
            {
                return null;
            }

            at = body + (int)(size + (size & 1));
        }

        return null;
    }

    /// <summary>Bytes of one sample of all channels.</summary>
    public int Frame => Channels * 2;

    /// <summary>Samples of one channel; two become their mean.</summary>
    public short[] ToMono(ReadOnlySpan<byte> bytes)
    {
        var samples = MemoryMarshal.Cast<byte, short>(bytes);
        if (Channels == 1)
        {
            return samples.ToArray();
        }

        var mono = new short[samples.Length / 2];
        for (var i = 0; i < mono.Length; i++)
        {
            mono[i] = (short)((samples[2 * i] + samples[(2 * i) + 1]) / 2);
        }

        return mono;
    }
}

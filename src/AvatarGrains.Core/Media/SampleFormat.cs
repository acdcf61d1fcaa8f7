using System.Buffers.Binary;

namespace AvatarGrains.Core.Media;

/// <summary>How a sample of PCM is written; all but the first little-endian.</summary>
public enum SampleFormat
{
    /// <summary>8 bits without sign.</summary>
    U8,

    /// <summary>16 bits.</summary>
    S16,

    /// <summary>24 bits in 3 bytes.</summary>
    S24,

    /// <summary>32 bits.</summary>
    S32,

    /// <summary>32-bit float, full scale at 1.</summary>
    F32,
}

/// <summary>Reads samples of any format as 16 bits.</summary>
public static class SampleFormats
{
    /// <summary>Bytes of a sample.</summary>
    public static int Width(this SampleFormat format) => format switch
    {
        SampleFormat.U8 => 1,
        SampleFormat.S16 => 2,
        SampleFormat.S24 => 3,
        _ => 4,
    };

    /// <summary>
    /// Reads the sample at the start of <paramref name="at"/>. A float beyond full scale is clipped, one that is no number is silence.
    /// </summary>
    public static short Read(this SampleFormat format, ReadOnlySpan<byte> at) => format switch
    {
        SampleFormat.U8 => (short)((at[0] - 128) << 8),
        SampleFormat.S16 => BinaryPrimitives.ReadInt16LittleEndian(at),
        SampleFormat.S24 => (short)(at[1] | (at[2] << 8)),
        SampleFormat.S32 => (short)(BinaryPrimitives.ReadInt32LittleEndian(at) >> 16),
        _ => OfFloat(BinaryPrimitives.ReadSingleLittleEndian(at)),
    };

    private static short OfFloat(float value) =>
        float.IsFinite(value) ? (short)Math.Clamp(value * 32767f, short.MinValue, short.MaxValue) : (short)0;
}

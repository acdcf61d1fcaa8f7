using System.Buffers.Binary;

namespace AvatarGrains.Engines.Tts;

/// <summary>What the bytes of a voice are.</summary>
internal enum SoundForm
{
    /// <summary>16-bit samples without a header.</summary>
    Samples = 0,

    /// <summary>A RIFF/WAVE file.</summary>
    Wave,

    /// <summary>A file that has to be decoded: MP3, AAC, Ogg, FLAC, MP4, WebM and the like.</summary>
    File,

    /// <summary>Text, JSON among it.</summary>
    Text,

    /// <summary>Bytes that would be noise when played as samples.</summary>
    Unknown,
}

/// <summary>Tells by their first bytes what the sound of a voice is. What a header says of them is often not true.</summary>
internal static class SoundForms
{
    private const int FewestSamples = 256;
    private const double Loud = 8000;
    private const double LeastLikeness = 0.25;

    /// <summary>Reads the form from the first bytes.</summary>
    public static SoundForm Read(ReadOnlySpan<byte> head)
    {
        // One whose head broke off is one too: its bytes are no samples.
        if (head.StartsWith("RIFF"u8))
        {
            return SoundForm.Wave;
        }

        if (IsFile(head))
        {
            return SoundForm.File;
        }

        return IsText(head) ? SoundForm.Text : IsNoise(head) ? SoundForm.Unknown : SoundForm.Samples;
    }

    private static bool IsFile(ReadOnlySpan<byte> head) =>
        head.StartsWith("ID3"u8) || head.StartsWith("OggS"u8) || head.StartsWith("fLaC"u8) || head.StartsWith("FORM"u8) || head.StartsWith(".snd"u8)
        || head.StartsWith("#!AMR"u8) || head.StartsWith("caff"u8) || head.StartsWith((ReadOnlySpan<byte>)[0x1A, 0x45, 0xDF, 0xA3])
        || (head.Length >= 12 && head[4..8].SequenceEqual("ftyp"u8)) || IsMpeg(head);

    /// <summary>The header of an MPEG audio or AAC frame: no reserved values, and the next frame stands where this one ends.</summary>
    private static bool IsMpeg(ReadOnlySpan<byte> head)
    {
        if (head.Length < 8 || head[0] != 0xFF || (head[1] & 0xE0) != 0xE0)
        {
            return false;
        }

        var length = (head[1] & 0xF6) == 0xF0 ? ((head[3] & 3) << 11) | (head[4] << 3) | (head[5] >> 5) : MpegLength(head);
        return length > 6 && (length + 1 >= head.Length || (head[length] == 0xFF && (head[length + 1] & 0xE0) == 0xE0));
    }

    private static int MpegLength(ReadOnlySpan<byte> head)
    {
        ReadOnlySpan<int> version1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
        ReadOnlySpan<int> version2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
        ReadOnlySpan<int> rates = [44100, 48000, 32000];
        var (version, layer, bits, rate) = ((head[1] >> 3) & 3, (head[1] >> 1) & 3, head[2] >> 4, (head[2] >> 2) & 3);
        if (version == 1 || layer != 1 || bits is 0 or 15 || rate == 3)
        {
            return 0;
        }

        var first = version == 3;
        var sampleRate = rates[rate] >> (version switch { 3 => 0, 2 => 1, _ => 2 });
        return ((first ? 144 : 72) * 1000 * (first ? version1 : version2)[bits] / sampleRate) + ((head[2] >> 1) & 1);
    }

    private static bool IsText(ReadOnlySpan<byte> head) =>
        head.Length > 0 && head.IndexOfAnyExceptInRange((byte)' ', (byte)'~') is var other
        && (other < 0 || head.TrimStart(" \r\n\t"u8) is [(byte)'{' or (byte)'[' or (byte)'<', ..])
        && !head.ContainsAnyInRange((byte)0, (byte)8);

    /// <summary>
    /// True when these cannot be samples of a voice: loud, and no sample like the one before it. Compressed sound looks so.
    /// </summary>
    private static bool IsNoise(ReadOnlySpan<byte> head)
    {
        var count = head.Length / 2;
        if (count < FewestSamples)
        {
            return false;
        }

        double power = 0;
        double likeness = 0;
        double before = 0;
        for (var i = 0; i < count; i++)
        {
            double sample = BinaryPrimitives.ReadInt16LittleEndian(head[(2 * i)..]);
            power += sample * sample;
            likeness += sample * before;
            before = sample;
        }

        return Math.Sqrt(power / count) > Loud && likeness < LeastLikeness * power;
    }
}

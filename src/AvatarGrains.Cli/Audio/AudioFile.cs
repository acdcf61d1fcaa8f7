using System.Buffers.Binary;

namespace AvatarGrains.Cli.Audio;

/// <summary>What kind of audio a file holds, by its first bytes, and WAVE files made of samples.</summary>
internal static class AudioFile
{
    /// <summary>How many first bytes <see cref="Sniff"/> wants.</summary>
    public const int SniffLength = 12;

    private const int HeaderLength = 44;

    /// <summary>The extension of the format, such as <c>wav</c>, or null when it is none of those a server takes.</summary>
    public static string? Sniff(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith("RIFF"u8) && start.Length >= 12 && start[8..12].SequenceEqual("WAVE"u8))
        {
            return "wav";
        }

        if (start.StartsWith("OggS"u8))
        {
            return "ogg";
        }

        if (start.StartsWith("fLaC"u8))
        {
            return "flac";
        }

        if (start.StartsWith((ReadOnlySpan<byte>)[0x1A, 0x45, 0xDF, 0xA3]))
        {
            return "webm";
        }

        // An MPEG frame begins with eleven set bits; layer 00 is reserved.
        return start.StartsWith("ID3"u8) || (start.Length >= 2 && start[0] == 0xFF && (start[1] & 0xE0) == 0xE0 && (start[1] & 0x06) != 0)
            ? "mp3"
            : null;
    }

    public static string MediaType(string extension) => extension switch
    {
        "wav" => "audio/wav",
        "mp3" => "audio/mpeg",
        "ogg" => "audio/ogg",
        "flac" => "audio/flac",
        "webm" => "audio/webm",
        _ => "application/octet-stream",
    };

    /// <summary>A WAVE file of mono 16-bit little-endian samples.</summary>
    public static byte[] Wave(ReadOnlySpan<byte> pcm, int sampleRate)
    {
        var file = new byte[HeaderLength + pcm.Length];
        "RIFF"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), file.Length - 8);
        "WAVEfmt "u8.CopyTo(file.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(16), 16);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(20), 1);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(22), 1);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(24), sampleRate);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(28), sampleRate * 2);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(32), 2);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(34), 16);
        "data"u8.CopyTo(file.AsSpan(36));
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(40), pcm.Length);
        pcm.CopyTo(file.AsSpan(HeaderLength));
        return file;
    }
}

namespace AvatarGrains.Media.Processes;

/// <summary>Tells audio files by their first bytes.</summary>
internal static class AudioContainer
{
    /// <summary>ffmpeg's name of the container, or null when the file is of none that clients record in.</summary>
    public static string? Sniff(ReadOnlySpan<byte> file) => file switch
    {
        _ when file.Length < 12 => null,
        _ when file.StartsWith("RIFF"u8) && file[8..12].SequenceEqual("WAVE"u8) => "wav",
        _ when file.StartsWith("OggS"u8) => "ogg",
        _ when file.StartsWith("fLaC"u8) => "flac",
        _ when file.StartsWith((ReadOnlySpan<byte>)[0x1a, 0x45, 0xdf, 0xa3]) => "matroska",
        _ when file.StartsWith("ID3"u8) => "mp3",
        _ when file[4..8].SequenceEqual("ftyp"u8) => "mp4",
        // MPEG audio's frame sync, layer III; then ADTS's, which has the layer bits clear.
        _ when file[0] == 0xff && (file[1] & 0xe6) == 0xe2 => "mp3",
        _ when file[0] == 0xff && (file[1] & 0xf6) == 0xf0 => "aac",
        _ => null,
    };
}

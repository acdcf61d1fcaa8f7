namespace AvatarGrains.Api.Shared;

/// <summary>What speech is written into.</summary>
internal enum AudioContainer
{
    /// <summary>Samples alone: 16-bit little-endian.</summary>
    Pcm = 0,

    /// <summary>RIFF/WAVE with 16-bit samples.</summary>
    Wav = 1,

    /// <summary>MP3; needs a transcoder.</summary>
    Mp3 = 2,
}

using AvatarGrains.Api.Shared;
using AvatarGrains.Core.Media;

namespace AvatarGrains.Api.Dialects.Perso;

/// <summary>The dialect's names of audio formats.</summary>
/// <param name="Container">What the samples are written into.</param>
/// <param name="SampleRate">Samples per second.</param>
internal sealed record PersoAudio(AudioContainer Container, int SampleRate)
{
    /// <summary>The format of a name, or null when there is none or this server does not write it.</summary>
    /// <param name="name">One of pcm, pcm_24000, pcm_44100, wav, wav_24000, wav_44100, mp3, mp3_44100.</param>
    /// <param name="files">What this server writes.</param>
    public static PersoAudio? Find(string name, AudioFiles files)
    {
        PersoAudio? format = name switch
        {
            "pcm" or "pcm_24000" => new(AudioContainer.Pcm, 24000),
            "pcm_44100" => new(AudioContainer.Pcm, 44100),
            "wav" or "wav_24000" => new(AudioContainer.Wav, 24000),
            "wav_44100" => new(AudioContainer.Wav, 44100),
            "mp3" => new(AudioContainer.Mp3, 24000),
            "mp3_44100" => new(AudioContainer.Mp3, 44100),
            _ => null,
        };
        return format is not null && files.Writes(format.Container) ? format : null;
    }

    public ValueTask<ReadOnlyMemory<byte>> EncodeAsync(AudioFiles files, PcmBlock speech, CancellationToken cancellationToken) =>
        files.EncodeAsync(speech, Container, SampleRate, cancellationToken);
}

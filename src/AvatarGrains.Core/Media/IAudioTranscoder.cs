namespace AvatarGrains.Core.Media;

/// <summary>Reads and writes audio files of formats beyond plain PCM. Thread-safe; limits its own concurrency, time and output.</summary>
public interface IAudioTranscoder
{
    /// <summary>Decodes a whole file to mono.</summary>
    /// <param name="file">Any common container and codec.</param>
    /// <param name="sampleRate">Samples per second wanted.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>Null when the bytes are not audio.</returns>
    ValueTask<PcmBlock?> DecodeAsync(ReadOnlyMemory<byte> file, int sampleRate, CancellationToken cancellationToken);

    /// <summary>Encodes speech as MP3.</summary>
    ValueTask<ReadOnlyMemory<byte>> EncodeMp3Async(PcmBlock audio, int sampleRate, CancellationToken cancellationToken);
}

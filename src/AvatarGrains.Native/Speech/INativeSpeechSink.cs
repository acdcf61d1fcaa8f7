namespace AvatarGrains.Native.Speech;

/// <summary>Receives speech while a library makes it, on the thread that called the library. Must not throw.</summary>
public interface INativeSpeechSink
{
    /// <summary>Phonemes, in order, each once.</summary>
    void Phoneme(in NativePhoneme phoneme);

    /// <summary>Samples, in order. The span is valid during the call only.</summary>
    /// <returns>False to stop the synthesis.</returns>
    bool Audio(ReadOnlySpan<short> samples);
}

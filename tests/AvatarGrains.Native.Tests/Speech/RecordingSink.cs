using AvatarGrains.Native.Speech;

namespace AvatarGrains.Native.Tests.Speech;

internal sealed class RecordingSink(int stopAfter = int.MaxValue) : INativeSpeechSink
{
    public List<NativePhoneme> Phonemes { get; } = [];

    public List<short> Samples { get; } = [];

    public int Calls { get; private set; }

    public void Phoneme(in NativePhoneme phoneme) => Phonemes.Add(phoneme);

    public bool Audio(ReadOnlySpan<short> samples)
    {
        Samples.AddRange(samples);
        return ++Calls < stopAfter;
    }

    /// <summary>RMS of a stretch of milliseconds.</summary>
    public double Level(int sampleRate, double startMs, double endMs)
    {
        var from = Math.Clamp((int)(startMs * sampleRate / 1000), 0, Samples.Count);
        var to = Math.Clamp((int)(endMs * sampleRate / 1000), from, Samples.Count);
        return to == from ? 0 : Math.Sqrt(Samples.GetRange(from, to - from).Average(s => (double)s * s));
    }
}

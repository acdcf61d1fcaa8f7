using System.Buffers.Binary;
using AvatarGrains.Native.Flite;
using AvatarGrains.Native.Speech;

namespace AvatarGrains.Recognition;

/// <summary>Sentences spoken by flite's recorded voices at 16 kHz, with noise when wanted.</summary>
internal static class SpokenSamples
{
    private static readonly Dictionary<string, FliteVoice> Voices = FliteVoice.Names.ToDictionary(n => n, FliteVoice.Open);

    public static short[] Speak(string voice, string text)
    {
        var sink = new Collector();
        _ = Voices[voice].Synthesize(text, 1, sink);
        return [.. new short[4000], .. sink.Samples, .. new short[6400]];
    }

    /// <summary>Adds white noise, softened as of a fan, at a ratio to the power of the speech.</summary>
    public static short[] AddNoise(short[] speech, double ratioDb, int seed)
    {
        var random = new Random(seed);
        var active = speech.Where(s => Math.Abs((int)s) > 100).Select(s => (double)s * s).DefaultIfEmpty(1).Average();
        var noise = new double[speech.Length];
        var last = 0.0;
        for (var i = 0; i < noise.Length; i++)
        {
            last = (0.7 * last) + Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            noise[i] = last;
        }

        var scale = Math.Sqrt(active / Math.Pow(10, ratioDb / 10) / noise.Average(n => n * n));
        return [.. speech.Select((s, i) => (short)Math.Clamp(s + (noise[i] * scale), short.MinValue, short.MaxValue))];
    }

    /// <summary>The samples of a 16-bit mono WAV file.</summary>
    public static short[] ReadWav(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var at = 12;
        while (at + 8 <= bytes.Length && !bytes.AsSpan(at, 4).SequenceEqual("data"u8))
        {
            at += 8 + BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at + 4));
        }

        var length = Math.Min(BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at + 4)), bytes.Length - at - 8);
        return [.. Enumerable.Range(0, length / 2).Select(i => BinaryPrimitives.ReadInt16LittleEndian(bytes.AsSpan(at + 8 + (2 * i))))];
    }

    private sealed class Collector : INativeSpeechSink
    {
        public List<short> Samples { get; } = [];

        public void Phoneme(in NativePhoneme phoneme)
        {
        }

        public bool Audio(ReadOnlySpan<short> samples)
        {
            Samples.AddRange(samples);
            return true;
        }
    }
}

using System.Buffers.Binary;
using AvatarGrains.Native.Flite;
using AvatarGrains.Native.Speech;

namespace AvatarGrains.Engines.Tests.Audio;

/// <summary>Sounds at 16 kHz: speech of flite's recorded voices, noise, tones, clicks.</summary>
internal static class TestSounds
{
    private static readonly Lazy<Dictionary<string, FliteVoice>> Voices = new(() => FliteVoice.Names.ToDictionary(n => n, FliteVoice.Open));

    public static bool HasFlite => AvatarGrains.Native.NativeResolver.IsAvailable("flite_cmu_us_slt");

    public static short[] Speak(string voice, string text)
    {
        var sink = new Collector();
        lock (Voices)
        {
            _ = Voices.Value[voice].Synthesize(text, 1, sink);
        }

        return [.. sink.Samples];
    }

    public static short[] Silence(double seconds) => new short[(int)(seconds * 16000)];

    public static short[] Tone(double seconds, double hertz, double amplitude) =>
        [.. Enumerable.Range(0, (int)(seconds * 16000)).Select(i => (short)(amplitude * Math.Sin(2 * Math.PI * hertz * i / 16000)))];

    public static short[] Mix(params short[][] sounds) =>
        [.. Enumerable.Range(0, sounds.Max(s => s.Length)).Select(i => (short)Math.Clamp(sounds.Sum(s => i < s.Length ? s[i] : 0), -32768, 32767))];

    /// <summary>Noise of a given root mean square.</summary>
    public static short[] Noise(double seconds, double level, int seed)
    {
        var random = new Random(seed);
        double last = 0;
        var raw = new double[(int)(seconds * 16000)];
        for (var i = 0; i < raw.Length; i++)
        {
            last = (0.7 * last) + (random.NextDouble() - 0.5);
            raw[i] = last;
        }

        var scale = level / Math.Sqrt(raw.Average(r => r * r));
        return [.. raw.Select(r => (short)Math.Clamp(r * scale, -32768, 32767))];
    }

    /// <summary>Root mean square of the audible part.</summary>
    public static double Level(short[] speech) => Math.Sqrt(speech.Where(s => Math.Abs((int)s) > 100).Average(s => (double)s * s));

    public static short[] ReadWav(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var at = 12;
        while (at + 8 <= bytes.Length && !bytes.AsSpan(at, 4).SequenceEqual("data"u8))
        {
            at += 8 + BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at + 4));
        }

        var samples = new short[(bytes.Length - at - 8) / 2];
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = BinaryPrimitives.ReadInt16LittleEndian(bytes.AsSpan(at + 8 + (2 * i)));
        }

        return samples;
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

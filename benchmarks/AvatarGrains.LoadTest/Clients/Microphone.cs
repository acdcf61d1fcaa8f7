using AvatarGrains.Native.Flite;
using AvatarGrains.Native.Opus;
using AvatarGrains.Native.Speech;

namespace AvatarGrains.LoadTest.Clients;

/// <summary>A spoken question in a loop of Opus packets, as a microphone sends them: a quiet room most of the time. Shared by all clients.</summary>
internal sealed class Microphone
{
    public const int PacketMs = 20;
    public const int TicksPerPacket = 960;

    private const string Question = "What can you do?";
    private const int SampleRate = 16_000;
    private const int FrameSamples = SampleRate / 50;
    private const int LoopPackets = 14_000 / PacketMs;
    private const int QuestionAt = 1_000 / PacketMs;
    private const int RoomNoise = 12;

    private readonly byte[][] _packets = new byte[LoopPackets][];

    /// <exception cref="DllNotFoundException">flite is not installed.</exception>
    public Microphone()
    {
        var speech = new Collector();
        if (FliteVoice.Open("slt").Synthesize(Question, 1, speech) != SampleRate)
        {
            throw new IOException("flite speaks at another rate than expected");
        }

        var random = new Random(1);
        var pcm = new short[LoopPackets * FrameSamples];
        for (var i = 0; i < pcm.Length; i++)
        {
            var spoken = i - (QuestionAt * FrameSamples);
            pcm[i] = (short)(random.Next(-RoomNoise, RoomNoise) + (spoken >= 0 && spoken < speech.Samples.Count ? speech.Samples[spoken] : 0));
        }

        LastOfQuestion = QuestionAt + (speech.Samples.Count / FrameSamples);
        using var encoder = new NativeAudioCodecs().CreateOpusEncoder(SampleRate);
        Span<byte> packet = stackalloc byte[1275];
        for (var i = 0; i < LoopPackets; i++)
        {
            _packets[i] = packet[..encoder.Encode(pcm.AsSpan(i * FrameSamples, FrameSamples), packet)].ToArray();
        }
    }

    /// <summary>The packet in each loop that carries the end of the question.</summary>
    public int LastOfQuestion { get; }

    /// <summary>Packet number <paramref name="index"/> from the start on.</summary>
    public ReadOnlySpan<byte> this[long index] => _packets[index % LoopPackets];

    public bool EndsQuestion(long index) => index % LoopPackets == LastOfQuestion;

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

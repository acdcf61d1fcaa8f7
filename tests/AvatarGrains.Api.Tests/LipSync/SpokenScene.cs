using AvatarGrains.Edge;
using AvatarGrains.Api.Tests.Edge;
using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Speech;
using AvatarGrains.Native.Opus;

namespace AvatarGrains.Api.Tests.LipSync;

/// <summary>
/// Plays real speech in virtual time as a client would receive it, and keeps the phonemes and samples the engine gave as the truth.
/// </summary>
internal sealed class SpokenScene(IPoseSet poses, ISpeechSynthesizer engine, string voice) : IPlayoutObserver, IDisposable
{
    private const int Rate = 48_000;
    private const long Step = 20_000;

    private readonly List<SpeechChunk> _coming = [];
    private readonly List<(long Packet, string Text)> _started = [];
    private readonly SegmentSource _source = new(new OneEngineCatalog(engine), new NativeAudioCodecs());
    private readonly RecordedMedia _media = new();
    private Playout? _playout;
    private long _now;
    private int _turn;

    /// <summary>Frames sent.</summary>
    public IReadOnlyList<RecordedMedia.Video> Frames => _media.VideoFrames;

    /// <summary>Where sentences began: index of the first packet.</summary>
    public IReadOnlyList<(long Packet, string Text)> Started => _started;

    /// <summary>Milliseconds of a frame's RTP time.</summary>
    public static double FrameMs(RecordedMedia.Video frame) => frame.Timestamp / 90.0;

    /// <summary>Milliseconds of a packet's RTP time.</summary>
    public double PacketMs(long packet) => _media.AudioPackets[(int)packet].Timestamp / 48.0;

    /// <summary>Says a sentence as a turn of its own, and lets the silence after it pass.</summary>
    public async Task SayAsync(string text, long silenceMicroseconds, CancellationToken cancellationToken)
    {
        _playout ??= Begin();
        _turn++;
        _playout.Take(new TurnBegan(_turn));
        _playout.Take(new SegmentBegan(_turn, 0, text));
        var sequence = 0;
        await foreach (var part in _source.SpeakAsync(new SegmentRequest(text, voice, null, Expression.Neutral), cancellationToken))
        {
            _coming.Add(new SpeechChunk(_turn, 0, sequence++, part.Speech, part.FirstFace, part.Last));
        }

        var length = _coming.Sum(chunk => chunk.Speech.PacketCount) * Step;
        foreach (var chunk in _coming)
        {
            _playout.Take(chunk);
        }

        _coming.Clear();
        Pass(length + silenceMicroseconds);
    }

    /// <summary>Lets time pass in silence.</summary>
    public void Pass(long microseconds)
    {
        _playout ??= Begin();
        for (var end = _now + microseconds; _playout.NextDeadline <= end;)
        {
            _now = _playout.NextDeadline;
            _playout.Advance(_now);
        }
    }

    /// <summary>The phonemes and 48 kHz samples of a sentence as the engine makes them.</summary>
    public async Task<(List<PhonemeTiming> Phonemes, float[] Samples)> TruthAsync(string text, CancellationToken cancellationToken)
    {
        List<PhonemeTiming> phonemes = [];
        List<float> samples = [];
        await foreach (var piece in engine.SynthesizeAsync(new SpeechRequest(text, voice), cancellationToken))
        {
            phonemes.AddRange(piece.Phonemes);
            foreach (var sample in piece.Audio.Samples.Span)
            {
                samples.AddRange(Enumerable.Repeat((float)sample, Rate / piece.Audio.SampleRate));
            }
        }

        return (phonemes, [.. samples]);
    }

    /// <summary>What a receiver hears from a packet on: samples at 48 kHz.</summary>
    public float[] Heard(long firstPacket, int count)
    {
        using var decoder = new NativeAudioCodecs().CreateOpusDecoder(Rate);
        var pcm = new short[5760];
        List<float> heard = [];
        for (var i = firstPacket; i < Math.Min(firstPacket + count, _media.AudioPackets.Count); i++)
        {
            var samples = decoder.Decode(_media.AudioPackets[(int)i].Packet, pcm);
            heard.AddRange(pcm.AsSpan(0, samples).ToArray().Select(sample => (float)sample));
        }

        return [.. heard];
    }

    public void OnSegmentStarted(SpeechSegment segment) => _started.Add((_media.AudioPackets.Count - 1, segment.Text));

    public void OnProgress(SpeechSegment segment, bool finished) => Assert.InRange(segment.PlayedMs, 0, 60_000);

    public void OnInterrupted(int turn) => Assert.Fail($"turn {turn} was interrupted");

    public void Dispose() => _playout?.Dispose();

    private Playout Begin()
    {
        var playout = new Playout(_media, this, new AudioTrack(0, 50), new VideoTrack(0, poses, 3));
        playout.Start(0);
        return playout;
    }

    private sealed class OneEngineCatalog(ISpeechSynthesizer engine) : IEngineCatalog
    {
        public IReadOnlyList<LanguageModel> LanguageModels => [];

        public IReadOnlyList<VoiceInfo> Voices => engine.Voices;

        public IReadOnlyList<ISpeechRecognizer> Recognizers => [];

        public LanguageModel? FindModel(string? name) => null;

        public (ISpeechSynthesizer Engine, VoiceInfo Voice)? FindVoice(string? name) => (engine, engine.Voices.First(v => v.Name == name));

        public ISpeechRecognizer? FindRecognizer(string? name) => null;
    }
}

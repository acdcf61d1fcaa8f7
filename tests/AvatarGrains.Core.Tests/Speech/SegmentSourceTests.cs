using System.Runtime.CompilerServices;
using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Speech;

namespace AvatarGrains.Core.Tests.Speech;

public sealed class SegmentSourceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Segment_has_two_packets_per_face_a_small_first_part_and_one_last()
    {
        var source = new SegmentSource(new OneVoice(new Tones(31)), new CountingCodecs());
        var parts = await CollectAsync(source.SpeakAsync(Request("hello"), Token));
        Assert.Equal(4, parts[0].Speech.FaceCount);
        Assert.All(parts, p => Assert.Equal(2 * p.Speech.FaceCount, p.Speech.PacketCount));
        Assert.Equal(parts.Count - 1, parts.FindIndex(p => p.Last));
        var at = 0;
        foreach (var part in parts)
        {
            Assert.Equal(at, part.FirstFace);
            at += part.Speech.FaceCount;
        }

        // 31 pieces of 50 ms are 1550 ms: 39 faces once padded.
        Assert.Equal(39, at);
    }

    [Fact]
    public async Task Same_sentence_is_made_once_for_all()
    {
        var engine = new Tones(10);
        var source = new SegmentSource(new OneVoice(engine), new CountingCodecs());
        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => CollectAsync(source.SpeakAsync(Request("hello"), Token))));
        var again = await CollectAsync(source.SpeakAsync(Request("hello"), Token));
        Assert.Equal(1, engine.Requests);
        Assert.All(all, parts => Assert.Equal(again, parts));
        _ = await CollectAsync(source.SpeakAsync(Request("hello") with { Expression = Expression.Joy }, Token));
        Assert.Equal(2, engine.Requests);
    }

    [Fact]
    public async Task Cache_keeps_no_more_than_it_may()
    {
        var engine = new Tones(10);
        var source = new SegmentSource(new OneVoice(engine), new CountingCodecs(), new SegmentSourceOptions { CacheBytes = 0 });
        _ = await CollectAsync(source.SpeakAsync(Request("hello"), Token));
        _ = await CollectAsync(source.SpeakAsync(Request("hello"), Token));
        Assert.Equal(2, engine.Requests);
    }

    [Fact]
    public async Task Failure_reaches_every_reader_and_is_not_kept()
    {
        var engine = new Tones(10) { Fault = EngineFault.Failed };
        var source = new SegmentSource(new OneVoice(engine), new CountingCodecs());
        await Assert.ThrowsAsync<EngineException>(() => CollectAsync(source.SpeakAsync(Request("hello"), Token)));
        engine.Fault = null;
        Assert.NotEmpty(await CollectAsync(source.SpeakAsync(Request("hello"), Token)));
    }

    [Fact]
    public async Task Making_stops_when_its_last_reader_leaves()
    {
        var engine = new Tones(int.MaxValue) { Hold = true };
        var source = new SegmentSource(new OneVoice(engine), new CountingCodecs());
        var first = source.SpeakAsync(Request("hello"), Token).GetAsyncEnumerator(Token);
        var second = source.SpeakAsync(Request("hello"), Token).GetAsyncEnumerator(Token);
        Assert.True(await first.MoveNextAsync());
        Assert.True(await second.MoveNextAsync());
        await first.DisposeAsync();
        Assert.False(engine.Stopped.IsCompleted);
        await second.DisposeAsync();
        await engine.Stopped.WaitAsync(TimeSpan.FromSeconds(30), Token);
        engine.Hold = false;
        engine.Pieces = 5;
        Assert.NotEmpty(await CollectAsync(source.SpeakAsync(Request("hello"), Token)));
    }

    [Fact]
    public async Task Engine_without_sound_gives_one_empty_last_part()
    {
        var source = new SegmentSource(new OneVoice(new Tones(0)), new CountingCodecs());
        var part = Assert.Single(await CollectAsync(source.SpeakAsync(Request("..."), Token)));
        Assert.True(part.Last);
        Assert.Equal(0, part.Speech.PacketCount);
    }

    [Fact]
    public async Task Language_of_another_voice_chooses_that_voice()
    {
        var engine = new Tones(3);
        var source = new SegmentSource(new OneVoice(engine), new CountingCodecs());
        _ = await CollectAsync(source.SpeakAsync(new SegmentRequest("안녕", null, "ko-KR", Expression.Neutral), Token));
        Assert.Equal("korean", engine.LastVoice);
        _ = await CollectAsync(source.SpeakAsync(new SegmentRequest("Hi", null, "en", Expression.Neutral), Token));
        Assert.Equal("english", engine.LastVoice);
    }

    [Fact]
    public async Task Followed_audio_moves_the_mouth_by_its_sound()
    {
        var source = new SegmentSource(new OneVoice(new Tones(1)), new CountingCodecs());
        var parts = await CollectAsync(source.FollowAsync(Audio(), Expression.Fun, Token));
        var faces = parts.SelectMany(p => Enumerable.Range(0, p.Speech.FaceCount).Select(p.Speech.Face)).ToList();
        Assert.Equal(26, faces.Count);
        Assert.Equal(52, parts.Sum(p => p.Speech.PacketCount));
        Assert.True(parts.Count > 5);
        Assert.Contains(faces, f => f.Mouth != 0);
        Assert.All(faces, f => Assert.Equal(Expression.Fun, f.Expression));
        Assert.True(parts[^1].Last);

        static async IAsyncEnumerable<PcmBlock> Audio()
        {
            for (var i = 0; i < 10; i++)
            {
                await Task.Yield();
                yield return new PcmBlock(Tones.Tone(22050, 2250), 22050);
            }
        }
    }

    [Fact]
    public async Task Changing_sample_rate_is_rejected()
    {
        var source = new SegmentSource(new OneVoice(new Tones(1)), new CountingCodecs());
        var exception = await Assert.ThrowsAsync<EngineException>(() => CollectAsync(source.FollowAsync(Audio(), Expression.Neutral, Token)));
        Assert.Equal(EngineFault.Rejected, exception.Fault);

        static async IAsyncEnumerable<PcmBlock> Audio()
        {
            await Task.Yield();
            yield return new PcmBlock(new short[1600], 16000);
            yield return new PcmBlock(new short[1600], 8000);
        }
    }

    private static SegmentRequest Request(string text) => new(text, null, null, Expression.Neutral);

    private static async Task<List<SegmentPart>> CollectAsync(IAsyncEnumerable<SegmentPart> parts)
    {
        var list = new List<SegmentPart>();
        await foreach (var part in parts)
        {
            list.Add(part);
        }

        return list;
    }

    private sealed class Tones(int pieces) : ISpeechSynthesizer
    {
        private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _requests;

        public string Name => "tones";

        public int Pieces { get; set; } = pieces;

        public bool Hold { get; set; }

        public EngineFault? Fault { get; set; }

        public int Requests => _requests;

        public string? LastVoice { get; private set; }

        public Task Stopped => _stopped.Task;

        public IReadOnlyList<VoiceInfo> Voices { get; } =
            [new("english", "English", "en-US", null, "tones"), new("korean", "Korean", "ko", null, "tones")];

        public static short[] Tone(int rate, int count) =>
            [.. Enumerable.Range(0, count).Select(i => (short)(8000 * Math.Sin(i * 2 * Math.PI * 400 / rate)))];

        public async IAsyncEnumerable<SpeechAudio> SynthesizeAsync(
            SpeechRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _requests);
            LastVoice = request.Voice;
            using var registration = cancellationToken.Register(() => _stopped.TrySetResult());
            for (var i = 0; i < Pieces; i++)
            {
                await Task.Yield();
                if (Hold && i == 10)
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
                }

                if (Fault is { } fault && i == 5)
                {
                    throw new EngineException(fault, "as asked");
                }

                yield return new SpeechAudio(new PcmBlock(Tone(16000, 800), 16000), [new PhonemeTiming("aa", i * 50, (i + 1) * 50, false, 0)]);
            }
        }
    }

    private sealed class OneVoice(Tones engine) : IEngineCatalog
    {
        public IReadOnlyList<LanguageModel> LanguageModels => [];

        public IReadOnlyList<VoiceInfo> Voices => engine.Voices;

        public IReadOnlyList<ISpeechRecognizer> Recognizers => [];

        public LanguageModel? FindModel(string? name) => null;

        public (ISpeechSynthesizer Engine, VoiceInfo Voice)? FindVoice(string? name) =>
            (engine, engine.Voices.First(v => name is null || v.Name == name));

        public ISpeechRecognizer? FindRecognizer(string? name) => null;
    }

    internal sealed class CountingCodecs : IAudioCodecs
    {
        public IOpusEncoder CreateOpusEncoder(int sampleRate) => new Encoder(sampleRate);

        public IOpusDecoder CreateOpusDecoder(int sampleRate) => throw new NotSupportedException();

        public IResampler CreateResampler(int inputRate, int outputRate) => new Resampler(inputRate, outputRate);

        private sealed class Encoder(int sampleRate) : IOpusEncoder
        {
            public int SampleRate => sampleRate;

            public int Encode(ReadOnlySpan<short> pcm, Span<byte> packet)
            {
                Assert.Equal(sampleRate / 50, pcm.Length);
                packet[..20].Fill(1);
                return 20;
            }

            public void Dispose()
            {
            }
        }

        private sealed class Resampler(int inputRate, int outputRate) : IResampler
        {
            private long _in;
            private long _out;

            public int MaxOutput(int inputSamples) => (int)((long)inputSamples * outputRate / inputRate) + 2;

            public int Process(ReadOnlySpan<short> input, Span<short> output)
            {
                _in += input.Length;
                var count = (int)((_in * outputRate / inputRate) - _out);
                _out += count;
                for (var i = 0; i < count; i++)
                {
                    output[i] = input[Math.Min(input.Length - 1, i * input.Length / count)];
                }

                return count;
            }

            public void Dispose()
            {
            }
        }
    }
}

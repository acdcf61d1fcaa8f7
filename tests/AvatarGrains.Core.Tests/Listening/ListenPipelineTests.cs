using System.Threading.Channels;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Listening;

namespace AvatarGrains.Core.Tests.Listening;

public sealed class ListenPipelineTests
{
    private readonly Channel<ListenEvent> _events = Channel.CreateUnbounded<ListenEvent>();

    [Fact]
    public async Task Speech_gives_start_partials_stop_and_the_transcript()
    {
        var recognizer = new CountingRecognizer();
        await using var pipeline = Open(recognizer);
        Speak(pipeline, 40);

        var events = await UntilAsync<UtteranceEnded>();
        Assert.IsType<SpeechStarted>(events[0]);
        Assert.Contains(events, e => e is PartialHeard { Text: "3200 samples" });
        Assert.Contains(events, e => e is SpeechStopped { Length.TotalMilliseconds: 410 });
        Assert.Equal("6560 samples", Assert.IsType<UtteranceEnded>(events[^1]).Transcript.Text);
    }

    [Fact]
    public async Task Audio_waits_for_a_decoder_and_none_is_lost()
    {
        var free = new TaskCompletionSource();
        await using var pipeline = Open(new CountingRecognizer { Free = free.Task });
        Speak(pipeline, 40);
        free.SetResult();

        var events = await UntilAsync<UtteranceEnded>();
        Assert.Equal("6560 samples", ((UtteranceEnded)events[^1]).Transcript.Text);
    }

    [Fact]
    public async Task Engine_fault_is_the_result_of_its_utterance_and_the_next_one_works()
    {
        var recognizer = new CountingRecognizer { Failure = new EngineException(EngineFault.Overloaded, "too many") };
        await using var pipeline = Open(recognizer);
        Speak(pipeline, 10);
        var failed = (UtteranceEnded)(await UntilAsync<UtteranceEnded>())[^1];
        Assert.Equal((1, EngineFault.Overloaded, "too many", false), (failed.Utterance, failed.Fault, failed.Detail, failed.Transcript.Understood));

        recognizer.Failure = null;
        Speak(pipeline, 10);
        var heard = (UtteranceEnded)(await UntilAsync<UtteranceEnded>())[^1];
        Assert.Equal((2, null, true), (heard.Utterance, heard.Fault, heard.Transcript.Understood));
    }

    [Fact]
    public async Task Bug_in_a_recognizer_surfaces()
    {
        await using var pipeline = Open(new CountingRecognizer { Failure = new InvalidOperationException("bug") });
        Speak(pipeline, 10);

        var broken = (ListeningBroken)(await UntilAsync<ListeningBroken>())[^1];
        Assert.Equal("bug", broken.Error.Message);
    }

    [Fact]
    public async Task Dispose_waits_for_utterances_and_lets_no_event_follow()
    {
        var pipeline = Open(new CountingRecognizer { Free = new TaskCompletionSource().Task });
        Speak(pipeline, 10);
        await pipeline.DisposeAsync();
        _events.Writer.Complete();

        var events = await _events.Reader.ReadAllAsync().ToListAsync();
        Assert.All(events, e => Assert.True(e is SpeechStarted or SpeechStopped));
    }

    private static void Speak(ListenPipeline pipeline, int frames)
    {
        var loud = new short[160 * frames];
        Array.Fill(loud, (short)2000);
        pipeline.Push(loud, false);
        pipeline.Push(new short[160], false);
    }

    private ListenPipeline Open(ISpeechRecognizer recognizer)
    {
        var pipeline = new ListenPipeline(new ScriptedDetector(), ListenOptions.Default, e => _events.Writer.TryWrite(e));
        pipeline.Start(ListenMode.Conversation, recognizer, new RecognitionContext("en-US", null));
        return pipeline;
    }

    private async Task<List<ListenEvent>> UntilAsync<T>()
    {
        var seen = new List<ListenEvent>();
        do
        {
            seen.Add(await _events.Reader.ReadAsync(TestContext.Current.CancellationToken));
        }
        while (seen[^1] is not T);
        return seen;
    }

    private sealed class CountingRecognizer : ISpeechRecognizer
    {
        public string Name => "counting";

        public Task Free { get; init; } = Task.CompletedTask;

        public Exception? Failure { get; set; }

        public async ValueTask<IRecognition> StartAsync(RecognitionContext context, CancellationToken cancellationToken)
        {
            await Free.WaitAsync(cancellationToken);
            return new Counting(Failure);
        }

        public ValueTask PrepareAsync(RecognitionContext context, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }

    private sealed class Counting(Exception? failure) : IRecognition
    {
        private int _samples;

        public void Write(ReadOnlySpan<short> samples) => _samples += samples.Length;

        public string? Partial() => $"{_samples} samples";

        public ValueTask<Transcript> FinishAsync(CancellationToken cancellationToken) =>
            failure is null ? new(new Transcript($"{_samples} samples", 1, true)) : throw failure;

        public void Dispose()
        {
        }
    }
}

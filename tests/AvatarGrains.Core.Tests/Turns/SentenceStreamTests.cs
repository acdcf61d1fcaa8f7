using System.Runtime.CompilerServices;
using System.Threading.Channels;
using AvatarGrains.Conformance.Time;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Speech;
using AvatarGrains.Core.Turns;

namespace AvatarGrains.Core.Tests.Turns;

public sealed class SentenceStreamTests : IAsyncDisposable
{
    private const string Filler = "One moment, please.";

    private readonly ManualTimeProvider _time = new();
    private readonly Channel<string> _text = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { AllowSynchronousContinuations = true });
    private readonly CancellationTokenSource _cancel = new();
    private IAsyncEnumerator<TextSegment>? _sentences;
    private bool _sourceDisposed;

    [Fact]
    public async Task Finished_sentence_is_given_after_200_ms_without_more()
    {
        var first = Next();
        _text.Writer.TryWrite("One moment. ");
        await ArmedAsync();
        _time.Advance(TimeSpan.FromMilliseconds(199));
        Assert.False(first.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal("One moment.", await first);

        var second = Next();
        _time.Advance(TimeSpan.FromSeconds(5));
        _text.Writer.TryWrite("Here you are.");
        _text.Writer.Complete();
        Assert.Equal("Here you are.", await second);
        Assert.Null(await Next());
    }

    [Fact]
    public async Task Finished_sentence_before_a_failure_is_given()
    {
        var first = Next();
        _text.Writer.TryWrite("One moment. ");
        await ArmedAsync();
        _time.Advance(TimeSpan.FromMilliseconds(200));
        Assert.Equal("One moment.", await first);
        _text.Writer.Complete(new EngineException(EngineFault.Failed, "cut"));
        await Assert.ThrowsAsync<EngineException>(Next);
    }

    [Theory]
    [InlineData("It costs 3.", "5 euros. ", "It costs 3.5 euros.")]
    [InlineData("Ask Dr.", " Jones. ", "Ask Dr. Jones.")]
    [InlineData("See example.", "org now. ", "See example.org now.")]
    [InlineData("No end mark", " yet. ", "No end mark yet.")]
    [InlineData("Look: [face", ":joy]here. ", "Look: here.")]
    public async Task Text_that_may_go_on_waits(string text, string rest, string sentence)
    {
        var first = Next();
        _text.Writer.TryWrite(text);
        if (text != "See example.")
        {
            _time.Advance(TimeSpan.FromSeconds(3));
            Assert.False(first.IsCompleted);
        }

        _text.Writer.TryWrite(rest);
        _text.Writer.Complete();
        Assert.Equal(sentence, await first);
    }

    [Fact]
    public async Task Filler_comes_once_after_4_s_without_a_word()
    {
        var first = Next(Filler);
        _time.Advance(TimeSpan.FromSeconds(2));
        _text.Writer.TryWrite("");
        _text.Writer.TryWrite("  ");
        _time.Advance(TimeSpan.FromMilliseconds(1999));
        Assert.False(first.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(Filler, await first);

        var second = Next(Filler);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.False(second.IsCompleted);
        _text.Writer.TryWrite("Hello.");
        _text.Writer.Complete();
        Assert.Equal("Hello.", await second);
    }

    [Fact]
    public async Task Words_in_time_need_no_filler()
    {
        var first = Next(Filler);
        _time.Advance(TimeSpan.FromMilliseconds(3900));
        _text.Writer.TryWrite("Hel");
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.False(first.IsCompleted);
        _text.Writer.TryWrite("lo.");
        _text.Writer.Complete();
        Assert.Equal("Hello.", await first);
    }

    [Fact]
    public async Task Without_a_filler_nothing_is_said_for_the_model()
    {
        var first = Next();
        _time.Advance(TimeSpan.FromHours(1));
        Assert.False(first.IsCompleted);
        _text.Writer.Complete();
        Assert.Null(await first);
    }

    [Fact]
    public async Task Reader_that_leaves_ends_the_source()
    {
        var first = Next();
        _text.Writer.TryWrite("One. Two");
        Assert.Equal("One.", await first);
        await _sentences!.DisposeAsync();
        Assert.True(_sourceDisposed);
        Assert.Equal(0, _time.ArmedTimers);
    }

    public async ValueTask DisposeAsync()
    {
        await _cancel.CancelAsync();
        _cancel.Dispose();
    }

    /// <summary>What was written may be read on another thread.</summary>
    private async Task ArmedAsync()
    {
        while (_time.ArmedTimers == 0)
        {
            await Task.Yield();
        }
    }

    private async Task<string?> Next(string? filler = null)
    {
        _sentences ??= SentenceStream.SplitAsync(ReadAsync(), SpeechOptions.Default, filler, _time, _cancel.Token).GetAsyncEnumerator();
        return await _sentences.MoveNextAsync() ? _sentences.Current.Text : null;
    }

    private Task<string?> Next() => Next(null);

    private async IAsyncEnumerable<string> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        try
        {
            await foreach (var text in _text.Reader.ReadAllAsync(cancellationToken))
            {
                yield return text;
            }
        }
        finally
        {
            _sourceDisposed = true;
        }
    }
}

using AvatarGrains.Conformance;
using AvatarGrains.Conformance.Model;
using AvatarGrains.Conformance.Scripted;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Core.Tests.Turns;

/// <summary>What a session does when its voices fail.</summary>
public sealed class FailingVoiceTests : IAsyncDisposable
{
    private readonly HostFixture _fixture = new();
    private readonly RecordingSink _sink = new();
    private ModelSessionHost? _host;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sentence_that_no_voice_can_say_is_passed_over_and_is_not_in_the_history()
    {
        _fixture.Segments.Before = (request, _) => request.Text == "Two." ? Failure() : Task.CompletedTask;
        var session = await TalkAsync(language: null, "One. Two. Three. Four. Five.");
        await _sink.WaitAsync<TurnComplete>();
        var spoken = _sink.Outputs.OfType<SpeechChunk>().Where(chunk => chunk.Speech.PacketCount > 0).Select(chunk => chunk.Segment).Distinct();
        Assert.Equal([0, 2, 3, 4], spoken);
        Assert.Empty(_sink.Outputs.OfType<TurnFailed>());

        // Each announced segment ends, the one without a sound too.
        Assert.Equal(5, _sink.Outputs.OfType<SpeechChunk>().Count(chunk => chunk.Last));
        _fixture.Time.Advance(TimeSpan.FromSeconds(30));
        await _sink.WaitAsync<PhaseChanged>(phase => phase is { Turn: > 0, Phase: ConversationPhase.Idle });
        var said = (await _host!.FindAsync(session.Id, Token))!.History[^1];
        Assert.Equal(("One. Three. Four. Five.", false), (said.Text, said.Interrupted));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("ko")]
    public async Task Apology_is_heard_when_the_voices_of_the_language_are_what_failed(string? language)
    {
        _fixture.Segments.Before = (request, _) => request.Language == "en" ? Task.CompletedTask : Failure();
        await TalkAsync(language, "One. Two.");
        var heard = await _sink.WaitAsync<SpeechChunk>(chunk => chunk.Speech.PacketCount > 0);
        Assert.StartsWith("Sorry", _sink.Outputs.OfType<SegmentBegan>().ElementAt(heard.Segment).Text, StringComparison.Ordinal);
        Assert.Single(_sink.Outputs.OfType<TurnFailed>());
    }

    [Fact]
    public async Task Session_lives_when_not_even_the_apology_can_be_said()
    {
        _fixture.Segments.Before = (_, _) => Failure();
        var session = await TalkAsync(language: "ko", "One.");
        await _sink.WaitAsync<TurnComplete>();
        Assert.DoesNotContain(_sink.Outputs.OfType<PhaseChanged>(), phase => phase.Phase == ConversationPhase.Speaking);
        _fixture.Segments.Before = (_, _) => Task.CompletedTask;
        Assert.True((await session.SendAsync(Perform.Ask("and now?"), Token)).Accepted);
        await _sink.WaitAsync<SpeechChunk>(chunk => chunk.Speech.PacketCount > 0);
        await session.SendAsync(new Interrupt(), Token);
        var history = (await _host!.FindAsync(session.Id, Token))!.History;
        Assert.DoesNotContain("Sorry", string.Concat(history.Select(line => line.Text)), StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is { } host)
        {
            await host.DisposeAsync();
        }
    }

    private static Task Failure() => Task.FromException(new EngineException(EngineFault.Failed, "as asked"));

    private async Task<ISession> TalkAsync(string? language, string answer)
    {
        _fixture.Engines.Chat.Answer = (_, _) => ScriptedChatClient.Deltas(answer);
        _host = await ModelSessionHost.StartAsync(_fixture.Services(), Token);
        var session = _host.Open((await _host.CreateAsync(HostFixture.Spec() with { Language = language }, Token)).Id);
        await session.SubscribeAsync(_sink, Token);
        await session.SendAsync(new MarkExchanged("offer", "answer"), Token);
        await session.SendAsync(new TransportConnected("c"), Token);
        Assert.True((await session.SendAsync(Perform.Ask("hi"), Token)).Accepted);
        return session;
    }
}

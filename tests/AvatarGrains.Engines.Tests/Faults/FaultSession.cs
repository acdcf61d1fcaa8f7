using System.Runtime.CompilerServices;
using System.Threading.Channels;
using AvatarGrains.Conformance;
using AvatarGrains.Conformance.Model;
using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Speech;
using Microsoft.Extensions.AI;

namespace AvatarGrains.Engines.Tests.Faults;

/// <summary>What came of one question.</summary>
/// <param name="Captions">Sentences, as they are shown.</param>
/// <param name="Spoken">Sentences that had sound.</param>
/// <param name="Failure">The failure of the turn, if it had one.</param>
/// <param name="Ended">The session ended.</param>
internal sealed record FaultTurn(IReadOnlyList<string> Captions, IReadOnlyList<string> Spoken, TurnFailed? Failure, bool Ended)
{
    public string Heard => string.Join(' ', Spoken);
}

/// <summary>A real session, whose language model is an endpoint that sends what a test says. Its clock stands still unless it is advanced.</summary>
internal sealed class FaultSession : ISessionSink, IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Channel<SessionOutput> _outputs = Channel.CreateUnbounded<SessionOutput>();
    private readonly HostFixture _fixture;
    private readonly ModelSessionHost _host;
    private readonly ISession _session;

    private FaultSession(HostFixture fixture, ModelSessionHost host, ISession session) => (_fixture, _host, _session) = (fixture, host, session);

    public Conformance.Time.ManualTimeProvider Time => _fixture.Time;

    /// <summary>Starts a session and connects a client to it.</summary>
    /// <param name="model">Makes the language model on the session's clock.</param>
    /// <param name="segments">Makes its speech; null for speech that never fails.</param>
    /// <param name="language">The session's language, or null.</param>
    /// <param name="time">Another clock than one that stands still.</param>
    public static async Task<FaultSession> StartAsync(
        Func<TimeProvider, IChatClient> model, ISegmentSource? segments = null, string? language = null, TimeProvider? time = null)
    {
        var fixture = new HostFixture();
        fixture.Engines.Chat.Instead = model(time ?? fixture.Time);
        var services = fixture.Services() with { Segments = segments ?? new QuickSegments(), Time = time ?? fixture.Time };
        var host = await ModelSessionHost.StartAsync(services, default);
        var made = await host.CreateAsync(HostFixture.Spec() with { Language = language }, default);
        var session = host.Open(made.Id);
        var faults = new FaultSession(fixture, host, session);
        await session.SubscribeAsync(faults, default);
        await session.SendAsync(new MarkExchanged("offer", "answer"), default);
        await session.SendAsync(new TransportConnected("c"), default);
        return faults;
    }

    public void Deliver(SessionOutput output) => _outputs.Writer.TryWrite(output);

    /// <summary>Asks, and waits until all of the answer has been sent to the client or the session has ended.</summary>
    public async Task<FaultTurn> AskAsync(string question)
    {
        var asked = await _session.SendAsync(Perform.Ask(question), default);
        return asked.Accepted ? await ReadAsync().WaitAsync(Patience) : new FaultTurn([], [], null, Ended: true);
    }

    /// <summary>The next output of a kind.</summary>
    public async Task<T> NextAsync<T>()
        where T : SessionOutput
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            if (await _outputs.Reader.ReadAsync(patience.Token) is T wanted)
            {
                return wanted;
            }
        }
    }

    /// <summary>Sends a command.</summary>
    public async Task SendAsync(SessionCommand command) => Assert.True((await _session.SendAsync(command, default)).Accepted);

    /// <summary>The conversation as it is kept.</summary>
    public async Task<IReadOnlyList<HistoryLine>> HistoryAsync() => (await _host.FindAsync(_session.Id, default))!.History;

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    private async Task<FaultTurn> ReadAsync()
    {
        List<string> captions = [];
        HashSet<int> sounding = [];
        TurnFailed? failure = null;
        while (true)
        {
            switch (await _outputs.Reader.ReadAsync())
            {
                case TurnBegan:
                    captions.Clear();
                    sounding.Clear();
                    failure = null;
                    break;
                case SegmentBegan segment:
                    captions.Add(segment.Text);
                    break;
                case SpeechChunk { Speech.PacketCount: > 0 } chunk:
                    sounding.Add(chunk.Segment);
                    break;
                case TurnFailed failed:
                    failure = failed;
                    break;
                case TurnComplete:
                    return new FaultTurn(captions, [.. captions.Where((_, i) => sounding.Contains(i))], failure, Ended: false);
                case SessionEnded:
                    return new FaultTurn(captions, [], failure, Ended: true);
            }
        }
    }

    /// <summary>Each sentence is 40 ms long.</summary>
    private sealed class QuickSegments : ISegmentSource
    {
        private static readonly PackedSpeech Speech =
            PackedSpeech.Pack([new ReadOnlyMemory<byte>([1]), new ReadOnlyMemory<byte>([1])], [FaceFrame.Rest]);

        public async IAsyncEnumerable<SegmentPart> SpeakAsync(SegmentRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.CompletedTask;
            yield return new SegmentPart(Speech, 0, true);
        }

        public IAsyncEnumerable<SegmentPart> FollowAsync(
            IAsyncEnumerable<PcmBlock> audio, Expression expression, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}

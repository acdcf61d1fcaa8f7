using AvatarGrains.Conformance.Scripted;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Storage;

namespace AvatarGrains.Grains.Tests.Failures;

/// <summary>A client of one session and the model of what must be known of it.</summary>
/// <param name="id">The session.</param>
/// <param name="host">The host of an edge.</param>
/// <param name="store">What all silos share.</param>
/// <param name="sinks">What was delivered at each edge.</param>
internal sealed class ChaosClient(string id, Func<int, ISessionHost> host, ISessionStore store, IReadOnlyList<RecordingSink> sinks)
{
    private readonly List<(string Text, bool Acknowledged)> _asked = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async Task<bool> AskAsync(int edge)
    {
        var text = $"{_asked.Count}?";
        var result = await host(edge).Open(id).SendAsync(Perform.Ask(text), Token);
        _asked.Add((text, result.Accepted));
        return result.Accepted;
    }

    public async Task InterruptAsync(int edge) => await host(edge).Open(id).SendAsync(new Interrupt(), Token);

    /// <summary>Once all is quiet a question is answered, and every edge has all its words and all its speech.</summary>
    public async Task CheckAnswerAsync(int edge)
    {
        Assert.True(await AskAsync(edge));
        var words = $"You said {_asked[^1].Text}.";
        foreach (var sink in sinks)
        {
            var said = await sink.WaitAsync<SegmentBegan>(s => s.Text == words);
            await sink.WaitAsync<TurnComplete>(t => t.Turn == said.Turn);
            var packets = sink.Outputs.OfType<SpeechChunk>().Where(c => c.Turn == said.Turn).Sum(c => c.Speech.PacketCount);
            Assert.Equal(words.Length * ScriptedSegments.MsPerCharacter / 20, packets);
        }
    }

    public async Task EndAsync(int edge)
    {
        var result = await host(edge).Open(id).SendAsync(new EndSession(TerminationReason.GracefulTermination), Token);
        Assert.True(result.Accepted, result.Detail);
    }

    public async Task CheckAsync()
    {
        var (record, history) = (await store.ReadAsync(id, Token))!.Value;
        Assert.Equal((SessionStatus.Terminated, TerminationReason.GracefulTermination), (record.Status, record.Reason));
        List<string> stored = [.. history.Where(l => l.Speaker == Speaker.User).Select(l => l.Text)];
        Assert.Equal(stored.Distinct(), stored);
        Assert.Equal(from asked in _asked where asked.Acknowledged || stored.Contains(asked.Text) select asked.Text, stored);
        foreach (var sink in sinks)
        {
            Assert.Equal(record.Reason, (await sink.WaitAsync<SessionEnded>()).Reason);
            var outputs = sink.Outputs;
            Assert.Single(outputs.OfType<SessionEnded>());
            Assert.IsType<SessionEnded>(outputs[^1]);
            Assert.Equal(outputs.Select(o => o.Turn).Order(), outputs.Select(o => o.Turn));
            Assert.All(
                outputs.OfType<SpeechChunk>(), c => Assert.Single(outputs.OfType<SegmentBegan>(), s => s.Turn == c.Turn && s.Segment == c.Segment));
        }
    }
}

using System.Text.Json;
using AvatarGrains.Conformance.Scripted;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Turns;
using Microsoft.Extensions.AI;

namespace AvatarGrains.Conformance;

/// <summary>Turns performed for readers: their pace, their end, and what comes with them.</summary>
public abstract partial class SessionHostConformance
{
    private static readonly TurnRequest Count = new(TurnKind.Ask, "count") { Pace = Pace.Free };

    [Fact]
    public async Task Free_turn_is_made_at_once_and_remembered_whole_when_the_next_is_asked()
    {
        var host = await StartAsync(Fixture.Services());
        var id = (await host.CreateAsync(HostFixture.Spec(), Token)).Id;
        var answer = string.Join(" ", Enumerable.Range(1, 20).Select(i => $"This is the sentence of the number {i}."));
        Fixture.Engines.Chat.Answer = (_, _) => ScriptedChatClient.Deltas(answer);
        var outputs = await PerformAsync(host, id, Count);
        Assert.Equal(20, Assert.IsType<TurnComplete>(outputs[^1]).Segments);
        Assert.Equal(20, outputs.OfType<SegmentBegan>().Count());
        Assert.True(outputs.OfType<SpeechChunk>().Sum(c => c.Speech.DurationMs) > 60_000);
        Assert.All(outputs, o => Assert.Equal(outputs[0].Turn, o.Turn));
        Assert.Equal(ConversationPhase.Speaking, (await host.FindAsync(id, Token))!.Phase);
        await PerformAsync(host, id, Count);
        var said = (await host.FindAsync(id, Token))!.History[1];
        Assert.Equal((answer, false), (said.Text, said.Interrupted));
    }

    [Fact]
    public async Task Free_turn_that_is_interrupted_keeps_what_could_be_heard()
    {
        var host = await StartAsync(Fixture.Services());
        var id = (await host.CreateAsync(HostFixture.Spec(), Token)).Id;
        Fixture.Engines.Chat.Answer = (_, _) => ScriptedChatClient.Deltas("One is first and it is heard. Two is the second and is never heard.");
        await PerformAsync(host, id, Count);
        await BarrierAsync(host, id);
        Fixture.Time.Advance(TimeSpan.FromMilliseconds(29 * ScriptedSegments.MsPerCharacter));
        await SendAsync(host, id, new Interrupt());
        var said = (await host.FindAsync(id, Token))!.History[1];
        Assert.Equal(("One is first and it is heard.", true), (said.Text, said.Interrupted));
    }

    [Fact]
    public async Task Reader_of_a_turn_hears_no_other_and_is_told_that_it_was_cut_off()
    {
        var (host, id, sink) = await TalkAsync();
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Fixture.Engines.Chat.Answer = (question, _) => question == "count" ? HeldAsync(release.Task) : ScriptedChatClient.Deltas("Another thing.");
        await using var first = await Performance.StartAsync(host.Open(id), Count, Token);
        await sink.WaitAsync<SegmentBegan>();
        var second = await PerformAsync(host, id, new TurnRequest(TurnKind.Ask, "other") { Pace = Pace.Free });
        var outputs = await ListAsync(first.ReadAsync(Token));
        Assert.Equal(TurnEnd.Interrupted, Assert.IsType<TurnEnded>(outputs[^1]).Reason);
        Assert.All(outputs, o => Assert.Equal(first.Turn, o.Turn));
        Assert.Equal(["Another thing."], second.OfType<SegmentBegan>().Select(s => s.Text));
        release.SetResult();
    }

    [Fact]
    public async Task Playout_is_told_and_the_turn_ends_with_its_timings()
    {
        var (host, id, sink) = await TalkAsync();
        Fixture.Engines.Chat.Answer = (_, _) => ScriptedChatClient.Deltas("One is first.");
        var heard = new HeardTimings(TimeSpan.FromMilliseconds(500), TimeSpan.FromMilliseconds(620));
        await SendAsync(host, id, new Perform(new TurnRequest(TurnKind.Ask, "count") { Heard = heard }));
        var complete = await sink.WaitAsync<TurnComplete>();
        await BarrierAsync(host, id);
        Fixture.Time.Advance(TimeSpan.FromMilliseconds(30));
        await SendAsync(host, id, new ReportPlayout(complete.Turn, 0, 20, false));
        await SendAsync(host, id, new ReportPlayout(complete.Turn, 0, 600, false));
        await SendAsync(host, id, new ReportPlayout(complete.Turn, 0, 1300, true));
        var ended = await sink.WaitAsync<TurnEnded>();
        Assert.Equal([false, true], sink.Outputs.OfType<SegmentPlayed>().Select(p => p.Finished));
        Assert.Equal(TurnEnd.Played, ended.Reason);
        Assert.Equal((heard.VadEnd, heard.AsrFinal), (ended.Timings.VadEnd, ended.Timings.AsrFinal));
        Assert.Equal(heard.AsrFinal, ended.Timings.LlmFirstToken);
        Assert.Equal(heard.AsrFinal, ended.Timings.TtsFirstPcm);
        Assert.Equal(TimeSpan.FromMilliseconds(650), ended.Timings.FirstFrame);
    }

    [Fact]
    public async Task Pictures_parameters_and_the_clients_functions_reach_the_model_and_its_calls_the_reader()
    {
        var host = await StartAsync(Fixture.Services());
        var id = (await host.CreateAsync(HostFixture.Spec() with { SystemPrompt = "You serve {name}." }, Token)).Id;
        var model = new CallingClient();
        Fixture.Engines.Chat.Instead = model;
        var outputs = await PerformAsync(host, id, Count with
        {
            Images = [new TurnImage("image/png", [1, 2, 3])],
            Parameters = new Dictionary<string, string> { ["name"] = "Ada" },
            Tools = [new ClientTool("weather", "Tells the weather.", """{"type":"object","properties":{"city":{"type":"string"}}}""")],
        });
        Assert.Contains("You serve Ada.", Fixture.Engines.Chat.Calls[0][0].Text);
        Assert.Equal([1, 2, 3], Fixture.Engines.Chat.Calls[0][^1].Contents.OfType<DataContent>().Single().Data.ToArray());
        Assert.Equal(["weather"], model.Tools);
        var call = outputs.OfType<ToolCall>().Single();
        Assert.Equal(("c1", "weather", null), (call.Id, call.Name, call.Result));
        Assert.Equal("Seoul", JsonDocument.Parse(call.Arguments).RootElement.GetProperty("city").GetString());
        Assert.Equal("camera", outputs.OfType<VisionRequested>().Single().Source);
        Assert.Equal(["Let me look."], outputs.OfType<SegmentBegan>().Select(s => s.Text));
    }

    [Fact]
    public async Task Voice_of_one_turn_must_be_there()
    {
        var (host, id, _) = await TalkAsync();
        var request = new TurnRequest(TurnKind.Say, "Hello.") { Voice = "nobody" };
        Assert.Equal(RejectReason.UnknownReference, (await host.Open(id).SendAsync(new Perform(request), Token)).Reject);
        await AssertRefusedAsync(RejectReason.UnknownReference, async () => await Performance.StartAsync(host.Open(id), request, Token));
    }

    [Fact]
    public async Task Microphone_may_only_report()
    {
        var (host, id, sink) = await TalkAsync();
        await SendAsync(host, id, new StartListening(ListenMode.Report));
        await SendAsync(host, id, Perform.Say("Something to say aloud."));
        var spoken = await sink.WaitAsync<SpeechChunk>();
        Speak(host, id);
        await sink.WaitAsync<UserCaption>(c => c is { Text: "hello", Final: true });
        Assert.DoesNotContain(sink.Outputs, o => o.Turn > spoken.Turn);
        Assert.DoesNotContain(sink.Outputs, o => o is PhaseChanged { Phase: ConversationPhase.Listening });
    }

    [Fact]
    public async Task Speaking_over_the_avatar_does_nothing_without_barge_in_and_is_heard_when_it_is_silent()
    {
        var (host, id, sink) = await TalkAsync();
        await SendAsync(host, id, new StartListening(ListenMode.Conversation, Settings: new MicrophoneSettings(BargeIn: false)));
        await SendAsync(host, id, Perform.Say("Something to say aloud."));
        var complete = await sink.WaitAsync<TurnComplete>();
        Speak(host, id);
        await BarrierAsync(host, id);
        await SendAsync(host, id, new ReportPlayout(complete.Turn, 0, 10_000, true));
        await sink.WaitAsync<TurnEnded>(t => t is { Reason: TurnEnd.Played });
        Assert.DoesNotContain(sink.Outputs, o => o.Turn > complete.Turn);
        Speak(host, id);
        await sink.WaitAsync<SegmentBegan>(s => s.Text == "You said hello.");
    }

    [Theory]
    [InlineData("mm hmm", false)]
    [InlineData("please stop that now", true)]
    public async Task Few_words_do_not_interrupt_where_more_are_asked_for(string words, bool interrupts)
    {
        var (host, id, sink) = await TalkAsync();
        await SendAsync(host, id, new StartListening(ListenMode.Conversation, Settings: new MicrophoneSettings(MinWords: 3)));
        await SendAsync(host, id, Perform.Say("Something to say aloud."));
        var complete = await sink.WaitAsync<TurnComplete>();
        Fixture.Engines.Recognizer.Hear = () => new Transcript(words, 1, true);
        Speak(host, id);
        if (interrupts)
        {
            await sink.WaitAsync<TurnEnded>(t => t is { Reason: TurnEnd.Interrupted });
            await sink.WaitAsync<SegmentBegan>(s => s.Text == $"You said {words}.");
        }
        else
        {
            // Nothing tells that a noise was heard, so a dictation after it does.
            await SendAsync(host, id, new StartListening(ListenMode.Dictation));
            await SendAsync(host, id, new StopListening());
            await sink.WaitAsync<DictationResult>();
            Assert.DoesNotContain(sink.Outputs, o => o.Turn > complete.Turn);
        }
    }

    [Theory]
    [InlineData(20, -55.0, 0)]
    [InlineData(500, 1.0, 0)]
    [InlineData(500, -55.0, 21)]
    public async Task Microphone_settings_out_of_range_are_refused(int silenceMs, double level, int words)
    {
        var (host, id, _) = await TalkAsync();
        var settings = new MicrophoneSettings(TimeSpan.FromMilliseconds(silenceMs), level, MinWords: words);
        var result = await host.Open(id).SendAsync(new StartListening(ListenMode.Conversation, Settings: settings), Token);
        Assert.Equal(RejectReason.InvalidArgument, result.Reject);
    }

    private static async Task<List<SessionOutput>> PerformAsync(ISessionHost host, string id, TurnRequest request)
    {
        await using var performance = await Performance.StartAsync(host.Open(id), request, Token);
        return await ListAsync(performance.ReadAsync(Token));
    }

    /// <summary>100 ms of speech and the silence that ends it.</summary>
    private static void Speak(ISessionHost host, string id)
    {
        host.Open(id).PushAudio(Enumerable.Repeat((short)1000, 1600).ToArray());
        host.Open(id).PushAudio(new short[1600]);
    }

    private static async IAsyncEnumerable<string> HeldAsync(Task release)
    {
        yield return "One is first. Two ";
        await release;
        yield return "is second.";
    }

    /// <summary>Asks for a picture and calls the first function it is offered.</summary>
    private sealed class CallingClient : IChatClient
    {
        public IReadOnlyList<string> Tools { get; private set; } = [];

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages,
            ChatOptions? options = null,
            [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            Tools = [.. (options?.Tools ?? []).Select(tool => tool.Name)];
            yield return new ChatResponseUpdate(ChatRole.Assistant, "[vision:camera]Let me look.");
            yield return new ChatResponseUpdate(
                ChatRole.Assistant, [new FunctionCallContent("c1", "weather", new Dictionary<string, object?> { ["city"] = "Seoul" })]);
        }

        public Task<ChatResponse> GetResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}

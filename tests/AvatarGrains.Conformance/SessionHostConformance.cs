using AvatarGrains.Conformance.Scripted;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Media;

namespace AvatarGrains.Conformance;

/// <summary>What every session host does. Inherit and say how the host is started.</summary>
public abstract partial class SessionHostConformance
{
    protected HostFixture Fixture { get; } = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Starts a host over the fixture; a second one over the same store takes the sessions of the first up.</summary>
    protected abstract ValueTask<ISessionHost> StartAsync(SessionServices services);

    /// <summary>Stops a host without a word, as <c>kill -9</c> does: nothing is saved that was not saved before.</summary>
    protected abstract ValueTask KillAsync(ISessionHost host);

    [Fact]
    public async Task Session_is_found_by_the_id_it_was_created_with()
    {
        var host = await StartAsync(Fixture.Services());
        var made = await host.CreateAsync(HostFixture.Spec(), Token);
        var found = await host.FindAsync(made.Id, Token);
        Assert.NotNull(found);
        Assert.Equal(SessionStatus.Created, found.Status);
        Assert.Equal(HostFixture.Spec(), found.Spec);
        Assert.Equal(Fixture.Time.GetUtcNow(), found.CreatedAt);
        Assert.Equal(1, host.ActiveSessions);
    }

    [Fact]
    public async Task Ids_are_unknown_to_whom_they_were_not_given()
    {
        var host = await StartAsync(Fixture.Services());
        Assert.Null(await host.FindAsync("nobody", Token));
        Assert.Equal(RejectReason.UnknownSession, (await host.Open("nobody").SendAsync(new Heartbeat(), Token)).Reject);
        var refused =
            await Assert.ThrowsAsync<SessionRejectedException>(async () => await host.Open("nobody").SubscribeAsync(new RecordingSink(), Token));
        Assert.Equal(RejectReason.UnknownSession, refused.Reason);
        host.Open("nobody").PushAudio(new short[160]);
    }

    [Fact]
    public async Task Life_goes_from_created_to_terminated()
    {
        var host = await StartAsync(Fixture.Services());
        var id = (await host.CreateAsync(HostFixture.Spec(), Token)).Id;
        await SendAsync(host, id, new MarkExchanged("offer", "answer"));
        var exchanged = await host.FindAsync(id, Token);
        Assert.Equal((SessionStatus.Exchanged, "offer", "answer"), (exchanged!.Status, exchanged.ClientSdp, exchanged.ServerSdp));
        await SendAsync(host, id, new TransportConnected("c"));
        Assert.Equal(SessionStatus.InProgress, (await host.FindAsync(id, Token))!.Status);
        Fixture.Time.Advance(TimeSpan.FromSeconds(90));
        await SendAsync(host, id, new EndSession(TerminationReason.GracefulTermination));
        var ended = await host.FindAsync(id, Token);
        Assert.Equal((SessionStatus.Terminated, TerminationReason.GracefulTermination), (ended!.Status, ended.Reason!.Value));
        Assert.Equal(TimeSpan.FromSeconds(90), ended.Duration);
        Assert.Equal(0, host.ActiveSessions);
        Assert.Equal(RejectReason.SessionTerminated, (await host.Open(id).SendAsync(Perform.Ask("hi"), Token)).Reject);
    }

    [Fact]
    public async Task Question_is_answered_with_speech_in_order()
    {
        var (host, id, sink) = await TalkAsync();
        Fixture.Engines.Chat.Answer = (_, _) => ScriptedChatClient.Deltas("[face:joy]One is fi", "rst. Two is sec", "ond.");
        await SendAsync(host, id, Perform.Ask("count"));
        var complete = await sink.WaitAsync<TurnComplete>();
        Assert.Equal(2, complete.Segments);
        Assert.Equal(["One is first.", "Two is second."], sink.Outputs.OfType<SegmentBegan>().Select(s => s.Text));
        Assert.All(sink.Outputs.OfType<SegmentBegan>(), s => Assert.Equal(Core.Avatars.Expression.Joy, s.Expression));
        var chunks = sink.Outputs.OfType<SpeechChunk>().ToList();
        Assert.Equal([0, 1], chunks.Where(c => c.Last).Select(c => c.Segment));
        Assert.Equal(65 + 70, chunks.Sum(c => c.Speech.PacketCount));
        foreach (var segment in chunks.GroupBy(c => c.Segment))
        {
            Assert.Equal(Enumerable.Range(0, segment.Count()), segment.Select(c => c.Sequence));
        }

        await BarrierAsync(host, id);
        Fixture.Time.Advance(TimeSpan.FromSeconds(4));
        await sink.WaitAsync<PhaseChanged>(p => p.Phase == ConversationPhase.Idle && p.Turn == complete.Turn);
        await BarrierAsync(host, id);
        Assert.Equal(
            [(Speaker.User, "count", false), (Speaker.Avatar, "One is first. Two is second.", false)],
            (await host.FindAsync(id, Token))!.History.Select(l => (l.Speaker, l.Text, l.Interrupted)));
    }

    [Fact]
    public async Task Interruption_keeps_what_was_heard_and_nothing_stale_follows()
    {
        var (host, id, sink) = await TalkAsync();
        Fixture.Engines.Chat.Answer = (_, _) => ScriptedChatClient.Deltas("Alpha beta gamma delta.");
        await SendAsync(host, id, Perform.Ask("long"));
        var first = await sink.WaitAsync<TurnComplete>();
        await SendAsync(host, id, new ReportPlayout(first.Turn, 0, 1200, false));
        await SendAsync(host, id, new Interrupt());
        var began = sink.Outputs.OfType<TurnBegan>().Last();
        Assert.True(began.Turn > first.Turn);
        var outputs = sink.Outputs.ToList();
        Assert.DoesNotContain(outputs.Skip(outputs.LastIndexOf(began)), o => o.Turn < began.Turn);
        var line = (await host.FindAsync(id, Token))!.History[^1];
        Assert.Equal((Speaker.Avatar, "Alpha beta", true), (line.Speaker, line.Text, line.Interrupted));
    }

    [Fact]
    public async Task Client_that_comes_back_hears_the_sentence_it_was_in_again_and_what_follows()
    {
        var (host, id, sink) = await TalkAsync();
        Fixture.Engines.Chat.Answer = (_, _) => ScriptedChatClient.Deltas("One is first. Two is second.");
        await SendAsync(host, id, Perform.Ask("count"));
        var complete = await sink.WaitAsync<TurnComplete>();
        await SendAsync(host, id, new ReportPlayout(complete.Turn, 0, 2000, true));
        await SendAsync(host, id, new ReportPlayout(complete.Turn, 1, 500, false));
        var again = new RecordingSink();
        await host.Open(id).SubscribeAsync(again, Token);
        await SendAsync(host, id, new TransportConnected("second"));
        Assert.Equal(["Two is second."], again.Outputs.OfType<SegmentBegan>().Select(s => s.Text));
        foreach (var segment in sink.Outputs.OfType<SpeechChunk>().Where(c => c.Segment > 0).Distinct().GroupBy(c => (c.Segment, c.Sequence)))
        {
            var repeated = Assert.Single(again.Outputs.OfType<SpeechChunk>(), c => (c.Segment, c.Sequence) == segment.Key);
            Assert.Equal(segment.First().Speech.PacketCount, repeated.Speech.PacketCount);
        }

        await SendAsync(host, id, new ReportPlayout(complete.Turn, 1, 2000, true));
        await sink.WaitAsync<PhaseChanged>(p => p.Phase == ConversationPhase.Idle && p.Turn == complete.Turn);
        await BarrierAsync(host, id);
        var line = (await host.FindAsync(id, Token))!.History[^1];
        Assert.Equal(("One is first. Two is second.", false), (line.Text, line.Interrupted));
    }

    [Fact]
    public async Task Client_that_comes_to_a_silent_avatar_hears_nothing()
    {
        var (host, id, sink) = await TalkAsync();
        await SendAsync(host, id, Perform.Say("Hello."));
        var complete = await sink.WaitAsync<TurnComplete>();
        await SendAsync(host, id, new ReportPlayout(complete.Turn, 0, 2000, true));
        await sink.WaitAsync<PhaseChanged>(p => p.Phase == ConversationPhase.Idle && p.Turn == complete.Turn);
        await SendAsync(host, id, new TransportConnected("second"));
        Assert.Single(sink.Outputs.OfType<SegmentBegan>());
    }

    [Fact]
    public async Task Said_texts_queue_in_one_turn()
    {
        var (host, id, sink) = await TalkAsync();
        await SendAsync(host, id, Perform.Say("First."));
        await SendAsync(host, id, Perform.Say("Second."));
        await sink.WaitAsync<SegmentBegan>(s => s.Text == "Second.");
        Assert.Single(sink.Outputs.OfType<SegmentBegan>().Select(s => s.Turn).Distinct());
        Assert.Equal([0, 1], sink.Outputs.OfType<SegmentBegan>().Select(s => s.Segment));
    }

    [Fact]
    public async Task Greeting_is_spoken_once()
    {
        var (host, id, sink) = await TalkAsync();
        await SendAsync(host, id, new Greet());
        var complete = await sink.WaitAsync<TurnComplete>();
        await BarrierAsync(host, id);
        Fixture.Time.Advance(TimeSpan.FromSeconds(2));
        await sink.WaitAsync<PhaseChanged>(p => p.Phase == ConversationPhase.Idle && p.Turn == complete.Turn);
        await SendAsync(host, id, new Greet());
        await BarrierAsync(host, id);
        Assert.Equal(["Welcome."], sink.Outputs.OfType<SegmentBegan>().Select(s => s.Text));
    }

    [Fact]
    public async Task Failed_engine_is_apologised_for_and_the_session_lives()
    {
        var (host, id, sink) = await TalkAsync();
        Fixture.Engines.Chat.Answer = (_, _) => throw new EngineException(EngineFault.Unavailable, "The model is away.");
        await SendAsync(host, id, Perform.Ask("hi"));
        var failed = await sink.WaitAsync<TurnFailed>();
        Assert.Equal((EngineFault.Unavailable, "The model is away."), (failed.Fault, failed.Detail));
        var apology = await sink.WaitAsync<SegmentBegan>();
        Assert.Contains("Sorry", apology.Text, StringComparison.Ordinal);
        Fixture.Engines.Chat.Answer = (_, _) => ScriptedChatClient.Deltas("Back again.");
        await SendAsync(host, id, Perform.Ask("and now?"));
        await sink.WaitAsync<SegmentBegan>(s => s.Text == "Back again.");
    }

    [Fact]
    public async Task Bug_in_an_engine_ends_that_session_alone()
    {
        var (host, id, sink) = await TalkAsync();
        var other = (await host.CreateAsync(HostFixture.Spec(), Token)).Id;
        Fixture.Engines.Chat.Answer = (_, _) => throw new InvalidCastException("bug");
        await SendAsync(host, id, Perform.Ask("hi"));
        var ended = await sink.WaitAsync<SessionEnded>();
        Assert.Equal(TerminationReason.SessionMiscError, ended.Reason);
        Assert.Same(ended, sink.Outputs[^1]);
        Assert.Equal(SessionStatus.Created, (await host.FindAsync(other, Token))!.Status);
        Assert.Equal(TerminationReason.SessionMiscError, (await host.FindAsync(id, Token))!.Reason);
    }

    [Fact]
    public async Task Speaking_over_the_avatar_interrupts_it_and_is_answered()
    {
        var (host, id, sink) = await TalkAsync();
        await SendAsync(host, id, new StartListening(ListenMode.Conversation));
        await SendAsync(host, id, Perform.Say("Something that takes a while to say aloud."));
        var spoken = await sink.WaitAsync<SpeechChunk>();
        Fixture.Engines.Recognizer.Hear = () => new Transcript("wait", 1, true);
        host.Open(id).PushAudio(Enumerable.Repeat((short)1000, 1600).ToArray());
        await sink.WaitAsync<PhaseChanged>(p => p.Phase == ConversationPhase.Listening);
        Assert.Contains(sink.Outputs, o => o is TurnBegan t && t.Turn > spoken.Turn);
        host.Open(id).PushAudio(new short[1600]);
        await sink.WaitAsync<UserCaption>(c => c is { Text: "wait", Final: true });
        await sink.WaitAsync<SegmentBegan>(s => s.Text == "You said wait.");
    }

    [Fact]
    public async Task Dictation_reports_and_is_not_answered()
    {
        var (host, id, sink) = await TalkAsync();
        await SendAsync(host, id, new StartListening(ListenMode.Dictation));
        host.Open(id).PushAudio(Enumerable.Repeat((short)1000, 1600).ToArray());
        await SendAsync(host, id, new StopListening());
        Assert.Equal("hello", (await sink.WaitAsync<DictationResult>()).Text);
        Assert.Empty((await host.FindAsync(id, Token))!.History);
    }

    [Fact]
    public async Task Client_made_speech_is_played_and_remembered()
    {
        var (host, id, sink) = await TalkAsync();
        Assert.Equal(
            RejectReason.WrongState, (await host.Open(id).SendAsync(new AppendClientSpeech(new PcmBlock(new short[480], 24000)), Token)).Reject);
        await SendAsync(host, id, new BeginClientSpeech("My own words."));
        for (var i = 0; i < 5; i++)
        {
            await SendAsync(host, id, new AppendClientSpeech(new PcmBlock(new short[2400], 24000)));
        }

        await SendAsync(host, id, new EndClientSpeech());
        var complete = await sink.WaitAsync<TurnComplete>();
        Assert.Equal(25, sink.Outputs.OfType<SpeechChunk>().Sum(c => c.Speech.PacketCount));
        await SendAsync(host, id, new ReportPlayout(complete.Turn, 0, 500, true));
        Assert.Equal("My own words.", (await host.FindAsync(id, Token))!.History[^1].Text);
    }

    [Fact]
    public async Task Text_question_streams_sentences_and_keeps_history()
    {
        var host = await StartAsync(Fixture.Services());
        var id = (await host.CreateAsync(HostFixture.Spec(Capabilities.Llm), Token)).Id;
        Fixture.Engines.Chat.Answer = (_, _) => ScriptedChatClient.Deltas("It is one thing. It is another thing.");
        Assert.Equal(
            ["It is one thing.", "It is another thing."], await ListAsync(host.Open(id).AskTextAsync(new TextQuestion("what?", false), Token)));
        await ListAsync(host.Open(id).AskTextAsync(new TextQuestion("and?", false), Token));
        Assert.Equal(
            ["Be kind.", "what?", "It is one thing. It is another thing.", "and?"],
            Fixture.Engines.Chat.Calls[^1].Select(m => m.Text));
        Assert.Equal(4, (await host.FindAsync(id, Token))!.History.Count);
        await ListAsync(host.Open(id).AskTextAsync(new TextQuestion("anew", true), Token));
        Assert.Equal(["anew", "It is one thing. It is another thing."], (await host.FindAsync(id, Token))!.History.Select(l => l.Text));
    }

    [Fact]
    public async Task Abandoned_text_answer_leaves_what_was_handed_out()
    {
        var host = await StartAsync(Fixture.Services());
        var id = (await host.CreateAsync(HostFixture.Spec(Capabilities.Llm), Token)).Id;
        Fixture.Engines.Chat.Answer = (_, _) => ScriptedChatClient.Deltas("It is one thing. ", "It is another thing. ", "And more.");
        await foreach (var sentence in host.Open(id).AskTextAsync(new TextQuestion("what?", false), Token))
        {
            Assert.Equal("It is one thing.", sentence);
            break;
        }

        var line = (await host.FindAsync(id, Token))!.History[^1];
        Assert.Equal(("It is one thing.", true), (line.Text, line.Interrupted));
    }

    [Fact]
    public async Task Missing_capabilities_are_refused()
    {
        var host = await StartAsync(Fixture.Services());
        var id = (await host.CreateAsync(HostFixture.Spec(Capabilities.None), Token)).Id;
        SessionCommand[] commands = [Perform.Ask("hi"), Perform.Say("hi"), new BeginClientSpeech(""), new StartListening(ListenMode.Conversation)];
        foreach (var command in commands)
        {
            Assert.Equal(RejectReason.CapabilityMissing, (await host.Open(id).SendAsync(command, Token)).Reject);
        }

        await AssertRefusedAsync(RejectReason.CapabilityMissing, () => ListAsync(host.Open(id).AskTextAsync(new TextQuestion("x", false), Token)));
        await AssertRefusedAsync(RejectReason.CapabilityMissing, () => ListAsync(host.Open(id).SynthesizeAsync(new SpeechRequest("x"), Token)));
        await AssertRefusedAsync(
            RejectReason.CapabilityMissing, async () => await host.Open(id).TranscribeAsync(new PcmBlock(new short[160], 16000), null, Token));
    }

    [Fact]
    public async Task Engines_serve_outside_the_conversation()
    {
        var host = await StartAsync(Fixture.Services());
        var id = (await host.CreateAsync(HostFixture.Spec(), Token)).Id;
        Assert.Equal(3, (await ListAsync(host.Open(id).SynthesizeAsync(new SpeechRequest("abc"), Token))).Count);
        await AssertRefusedAsync(RejectReason.EngineFailed, () => ListAsync(host.Open(id).SynthesizeAsync(new SpeechRequest("fail"), Token)));
        await AssertRefusedAsync(
            RejectReason.UnknownReference, () => ListAsync(host.Open(id).SynthesizeAsync(new SpeechRequest("x", "nobody"), Token)));
        Assert.Equal("hello", (await host.Open(id).TranscribeAsync(new PcmBlock(new short[160], 16000), null, Token)).Text);
        Assert.Empty((await host.FindAsync(id, Token))!.History);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n")]
    public async Task Empty_and_endless_texts_are_refused(string empty)
    {
        var (host, id, _) = await TalkAsync();
        foreach (var text in new[] { empty, new string('a', 1_000_000) })
        {
            Assert.Equal(RejectReason.InvalidArgument, (await host.Open(id).SendAsync(Perform.Ask(text), Token)).Reject);
            Assert.Equal(RejectReason.InvalidArgument, (await host.Open(id).SendAsync(Perform.Say(text), Token)).Reject);
        }
    }

    [Fact]
    public async Task Changed_settings_hold_and_wrong_ones_are_refused()
    {
        var (host, id, sink) = await TalkAsync();
        Assert.Equal(RejectReason.UnknownReference, (await host.Open(id).SendAsync(new Reconfigure(Voice: "nobody"), Token)).Reject);
        Assert.Equal(RejectReason.UnknownReference, (await host.Open(id).SendAsync(new Reconfigure(Document: "none"), Token)).Reject);
        await SendAsync(host, id, new Reconfigure(Voice: "scripted", Document: "doc"));
        Assert.Equal("doc", (await sink.WaitAsync<SpecChanged>()).Spec.Document);
        Assert.Equal(("scripted", "doc"), ((await host.FindAsync(id, Token))!.Spec.Voice, (await host.FindAsync(id, Token))!.Spec.Document));
        await SendAsync(host, id, Perform.Ask("when?"));
        await sink.WaitAsync<SegmentBegan>();
        Assert.Contains("The library opens at nine.", Fixture.Engines.Chat.Calls[^1][0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Question_asked_again_with_its_id_is_answered_once()
    {
        var (host, id, sink) = await TalkAsync();
        await SendAsync(host, id, Perform.Ask("once", "q1"));
        await sink.WaitAsync<TurnComplete>();
        await SendAsync(host, id, Perform.Ask("once", "q1"));
        await SendAsync(host, id, Perform.Ask("once", "q2"));
        Assert.Equal(["once", "once"], (await host.FindAsync(id, Token))!.History.Where(l => l.Speaker == Speaker.User).Select(l => l.Text));
        Assert.Equal(2, sink.Outputs.OfType<UserCaption>().Count());
    }

    [Fact]
    public async Task Killed_host_loses_nothing_acknowledged_and_a_new_one_goes_on()
    {
        var (host, id, sink) = await TalkAsync();
        await SendAsync(host, id, Perform.Ask("first question"));
        await sink.WaitAsync<TurnComplete>();
        await BarrierAsync(host, id);
        Fixture.Time.Advance(TimeSpan.FromSeconds(3));
        await sink.WaitAsync<PhaseChanged>(p => p.Phase == ConversationPhase.Idle && p.Turn > 0);
        await BarrierAsync(host, id);
        await SendAsync(host, id, Perform.Ask("second question"));
        var seen = sink.Outputs.Max(o => o.Turn);
        await KillAsync(host);

        var again = await StartAsync(Fixture.Services());
        var found = await again.FindAsync(id, Token);
        Assert.Equal(SessionStatus.InProgress, found!.Status);
        Assert.Equal(["first question", "You said first question.", "second question"], found.History.Select(l => l.Text));
        var sinkAgain = new RecordingSink();
        await again.Open(id).SubscribeAsync(sinkAgain, Token);
        await SendAsync(again, id, new TransportConnected("again"));
        await SendAsync(again, id, Perform.Ask("third question"));
        Assert.True((await sinkAgain.WaitAsync<TurnBegan>()).Turn > seen);
    }

    [Fact]
    public async Task Restored_session_nobody_returns_to_is_lost_after_the_grace_time()
    {
        var (host, id, _) = await TalkAsync();
        await KillAsync(host);
        var again = await StartAsync(Fixture.Services());
        var sink = new RecordingSink();
        await again.Open(id).SubscribeAsync(sink, Token);
        Fixture.Time.Advance(Fixture.Policy.GraceTime + TimeSpan.FromMilliseconds(2));
        Assert.Equal(TerminationReason.SessionLostAfterConnection, (await sink.WaitAsync<SessionEnded>()).Reason);
    }

    [Fact]
    public async Task Restored_session_of_a_client_that_only_makes_requests_waits_longer_for_the_next_one()
    {
        var host = await StartAsync(Fixture.Services());
        var id = (await host.CreateAsync(HostFixture.Spec(), Token)).Id;
        await ListAsync(host.Open(id).AskTextAsync(new TextQuestion("first", false), Token));
        await KillAsync(host);
        var again = await StartAsync(Fixture.Services());
        await BarrierAsync(again, id);
        Fixture.Time.Advance(Fixture.Policy.GraceTime + TimeSpan.FromSeconds(1));
        await BarrierAsync(again, id);
        await ListAsync(again.Open(id).AskTextAsync(new TextQuestion("second", false), Token));
        Assert.Equal(["first", "second"], (await again.FindAsync(id, Token))!.History.Where(l => l.Speaker == Speaker.User).Select(l => l.Text));
    }

    [Fact]
    public async Task Session_is_found_by_its_clients_own_id_is_made_once_and_gives_the_id_up_at_its_end()
    {
        var host = await StartAsync(Fixture.Services());
        var spec = HostFixture.Spec() with { Dialect = "numbers", ClientId = "4711" };
        var made = (await host.CreateAsync(spec, Token)).Id;
        Assert.Equal(made, (await host.CreateAsync(spec, Token)).Id);
        Assert.Equal(made, (await host.FindByClientIdAsync("", "numbers", "4711", Token))!.Id);
        Assert.Null(await host.FindByClientIdAsync("", "numbers", "471", Token));
        Assert.Null(await host.FindByClientIdAsync("", "others", "4711", Token));
        Assert.Equal(1, host.ActiveSessions);
        await SendAsync(host, made, new EndSession(TerminationReason.GracefulTermination));
        Assert.Null(await host.FindByClientIdAsync("", "numbers", "4711", Token));
        Assert.NotEqual(made, (await host.CreateAsync(spec, Token)).Id);
    }

    [Fact]
    public async Task Restored_session_is_found_by_its_clients_own_id()
    {
        var host = await StartAsync(Fixture.Services());
        var spec = HostFixture.Spec() with { Dialect = "numbers", ClientId = "4711" };
        var made = (await host.CreateAsync(spec, Token)).Id;
        await KillAsync(host);
        var again = await StartAsync(Fixture.Services());
        Assert.NotNull(await again.FindAsync(made, Token));
        await BarrierAsync(again, made);
        Assert.Equal(made, (await again.FindByClientIdAsync("", "numbers", "4711", Token))!.Id);
    }

    [Fact]
    public async Task Too_many_sessions_are_refused_with_their_reason()
    {
        Fixture.Limits = Fixture.Limits with { MaxActiveSessions = 1 };
        var host = await StartAsync(Fixture.Services());
        var id = (await host.CreateAsync(HostFixture.Spec(), Token)).Id;
        var refused = await Assert.ThrowsAsync<SessionRejectedException>(async () => await host.CreateAsync(HostFixture.Spec(), Token));
        Assert.Equal((RejectReason.QuotaExceeded, TerminationReason.MaxActiveSessionQuotaExceeded), (refused.Reason, refused.Termination));
        var shown = await host.FindAsync(refused.SessionId!, Token);
        Assert.Equal((SessionStatus.Terminated, TerminationReason.MaxActiveSessionQuotaExceeded), (shown!.Status, shown.Reason!.Value));
        await SendAsync(host, id, new EndSession(TerminationReason.GracefulTermination));
        await host.CreateAsync(HostFixture.Spec(), Token);
    }

    [Fact]
    public async Task Month_quota_warns_ends_and_then_refuses()
    {
        Fixture.Limits = Fixture.Limits with { MaxPerMonth = TimeSpan.FromMinutes(3) };
        var (host, id, sink) = await TalkAsync();
        for (var i = 0; i < 2; i++)
        {
            Fixture.Time.Advance(TimeSpan.FromSeconds(61));
            await BarrierAsync(host, id);
        }

        Assert.Equal(TerminationReason.TotalMinPerMonthQuotaExceeded, (await sink.WaitAsync<QuotaWarning>()).Reason);
        Fixture.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(TerminationReason.TotalMinPerMonthQuotaExceeded, (await sink.WaitAsync<SessionEnded>()).Reason);
        Assert.Equal(TimeSpan.FromMinutes(3), await Fixture.Store.ReadMeterAsync("", "2026-03", Token));
        var refused = await Assert.ThrowsAsync<SessionRejectedException>(async () => await host.CreateAsync(HostFixture.Spec(), Token));
        Assert.Equal(TerminationReason.TotalMinPerMonthQuotaExceeded, refused.Termination);
    }

    [Fact]
    public async Task Drained_host_finishes_turns_and_takes_no_sessions()
    {
        var (host, id, sink) = await TalkAsync();
        await SendAsync(host, id, Perform.Say("Goodbye."));
        await sink.WaitAsync<TurnComplete>();
        await BarrierAsync(host, id);
        var drained = host.DrainAsync(Token);
        await AssertRefusedAsync(RejectReason.Draining, async () => await host.CreateAsync(HostFixture.Spec(), Token));
        Assert.False(drained.IsCompleted);
        Fixture.Time.Advance(TimeSpan.FromSeconds(2));
        await drained;
        var stored = await Fixture.Store.ReadAsync(id, Token);
        Assert.Equal((SessionStatus.InProgress, "Goodbye."), (stored!.Value.Record.Status, stored.Value.History[^1].Text));
        Assert.InRange(stored.Value.Record.Metered, TimeSpan.FromSeconds(0.8), TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Events_are_written_down_before_they_are_acknowledged()
    {
        var (host, id, _) = await TalkAsync();
        var made = await host.Open(id).SendAsync(new RecordEvent("SESSION_LOG", "hello"), Token);
        var stored = Assert.Single(await Fixture.Store.ListEventsAsync(id, Token));
        Assert.Equal((made.Detail, "SESSION_LOG", "hello"), (stored.Id, stored.Event, stored.Detail));
    }

    [Fact]
    public async Task Holder_of_what_only_one_may_hold_is_told_of_the_next()
    {
        var (host, id, sink) = await TalkAsync();
        await SendAsync(host, id, new TransportConnected("first"));
        await SendAsync(host, id, new TakeOver("socket", "a"));
        await SendAsync(host, id, new TransportConnected("second"));
        await SendAsync(host, id, new TransportLost("first", Graceful: true));
        await SendAsync(host, id, new TakeOver("socket", "b"));
        Assert.Equal(
            [("socket", "a"), (TakenOver.Transport, "second"), ("socket", "b")],
            sink.Outputs.OfType<TakenOver>().Select(taken => (taken.What, taken.Owner)));
        Assert.Equal(SessionStatus.InProgress, (await host.FindAsync(id, Token))!.Status);
    }

    protected static async Task SendAsync(ISessionHost host, string id, SessionCommand command)
    {
        var result = await host.Open(id).SendAsync(command, Token);
        Assert.True(result.Accepted, $"{command}: {result.Reject} {result.Detail}");
    }

    /// <summary>
    /// Waits until the session has done all of what it was told, its next deadline included: time that a test moves before that is lost on
    /// it.
    /// </summary>
    protected static async Task BarrierAsync(ISessionHost host, string id) =>
        await host.Open(id).SendAsync(new ReportPlayout(-1, 0, 0, false), Token);

    protected async Task<(ISessionHost Host, string Id, RecordingSink Sink)> TalkAsync()
    {
        var host = await StartAsync(Fixture.Services());
        var id = (await host.CreateAsync(HostFixture.Spec(), Token)).Id;
        var sink = new RecordingSink();
        await host.Open(id).SubscribeAsync(sink, Token);
        await SendAsync(host, id, new TransportConnected("first"));
        return (host, id, sink);
    }

    private static async Task<List<T>> ListAsync<T>(IAsyncEnumerable<T> items)
    {
        List<T> list = [];
        await foreach (var item in items)
        {
            list.Add(item);
        }

        return list;
    }

    private static async Task AssertRefusedAsync(RejectReason reason, Func<Task> act) =>
        Assert.Equal(reason, (await Assert.ThrowsAsync<SessionRejectedException>(act)).Reason);
}

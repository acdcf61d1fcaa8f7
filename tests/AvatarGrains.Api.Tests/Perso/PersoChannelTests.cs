using System.Text.Json;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Media;
using FsCheck;
using FsCheck.Fluent;

namespace AvatarGrains.Api.Tests.Perso;

public sealed class PersoChannelTests
{
    private static readonly string[] Types =
    [
        "ping", "ttstf",
        "chat", "hello", "renew-session", "clear-buffer", "record-start", "record-end-stt", "record-end-translate", "change-size", "stf",
        "stf-streaming-start", "stf-streaming-data", "stf-streaming-end", "set-template", "configure", "subscribe", "listen", "clear-history",
    ];

    [Fact]
    public void Ping_is_answered_with_ping()
    {
        var bench = new ChannelBench();
        bench.Receive("""{"type":"ping","data":{}}""");
        Assert.Equal("""{"type":"ping","data":{}}""", Assert.Single(bench.Sent).Message);
    }

    [Fact]
    public void Commands_of_every_generation_become_session_commands()
    {
        var bench = new ChannelBench();
        bench.Receive("""{"type":"ttstf","data":{"message":"Hello"}}""");
        bench.Receive("""{"type":"chat","data":{"message":"Why?","history":[{"content":"x","role":"Human"}]}}""");
        bench.Receive("""{"type":"hello","data":{}}""");
        bench.Receive("""{"type":"clear-buffer","data":{}}""");
        bench.Receive("""{"type":"record-start","data":{}}""");
        bench.Receive("""{"type":"record-end-stt","data":{"language":"en"}}""");
        bench.Receive("""{"type":"change-size","data":{"width":1081,"height":1920}}""");
        Assert.Equal<SessionCommand>(
            [
                Perform.Say("Hello"), Perform.Ask("Why?"), new Greet(), new Interrupt(), new StartListening(ListenMode.Dictation),
                new StopListening("en"),
            ],
            bench.Posted);
        Assert.Equal((1080, 1920), (bench.Views[0].Width, bench.Views[0].Height));
    }

    [Fact]
    public void A_named_question_is_accepted_or_refused_by_its_name()
    {
        var bench = new ChannelBench();
        bench.Receive("""{"type":"chat","data":{"message":"Why?","id":"q1"}}""");
        Assert.Equal<SessionCommand>([Perform.Ask("Why?", "q1")], bench.Posted);
        Assert.Empty(bench.Sent);
        bench.Channel.OnTaken("q1");
        Assert.Equal("""{"type":"accepted","data":{"id":"q1"}}""", bench.Sent[^1].Message);
        bench.Channel.OnRefused(bench.Posted[0], CommandResult.Refused(RejectReason.Busy, "full"));
        Assert.Equal("""{"type":"error","data":{"code":"busy","type":"chat","detail":"full","id":"q1"}}""", bench.Sent[^1].Message);
        bench.Receive("""{"type":"chat","data":{"message":"","id":"q2"}}""");
        Assert.Equal("q2", bench.Last().GetProperty("data").GetProperty("id").GetString());
        bench.Receive("""{"type":"chat","data":{"message":"Why?","id":"\ud800"}}""");
        Assert.Equal(Perform.Ask("Why?"), bench.Posted[^1]);
    }

    [Fact]
    public void The_conversation_so_far_is_told_with_its_turns()
    {
        var bench = new ChannelBench();
        var snapshot = new SessionSnapshot("s", bench.Spec, SessionStatus.InProgress, null, default, default, 1, [], null, null, null, null);
        bench.Channel.OnSnapshot(snapshot);
        Assert.Empty(bench.Sent);
        bench.Receive("""{"type":"subscribe"}""");
        bench.Channel.OnSnapshot(snapshot);
        Assert.Equal("""{"type":"history","data":{"lines":[]}}""", bench.Sent[^1].Message);
        bench.Channel.OnSnapshot(snapshot with { History = [new HistoryLine(3, Speaker.User, "Why?", default)] });
        Assert.Equal("""{"type":"history","data":{"lines":[{"role":"user","text":"Why?","turn":3,"interrupted":false}]}}""", bench.Sent[^1].Message);
    }

    [Fact]
    public void Streamed_speech_is_joined_over_odd_bytes()
    {
        var bench = new ChannelBench();
        bench.Receive("""{"type":"stf-streaming-start","data":{"message":"words"}}""");
        bench.Receive($$$"""{"type":"stf-streaming-data","data":{"data":"{{{Convert.ToBase64String([1, 0, 2])}}}"}}""");
        bench.Receive($$$"""{"type":"stf-streaming-data","data":{"data":"{{{Convert.ToBase64String([0, 3, 0])}}}"}}""");
        bench.Receive("""{"type":"stf-streaming-end","data":{}}""");
        Assert.Equal(new BeginClientSpeech("words"), bench.Posted[0]);
        Assert.Equal<short>([1, 2, 3], bench.Posted.OfType<AppendClientSpeech>().SelectMany(part => part.Audio.Samples.ToArray()));
        Assert.IsType<EndClientSpeech>(bench.Posted[^1]);
    }

    [Fact]
    public void An_uploaded_file_is_asked_for_named_and_spoken()
    {
        var bench = new ChannelBench();
        bench.Channel.OnOpened(7, "file", "file");
        bench.Later[0].Act();
        Assert.Equal(((ushort)7, true, ""), Assert.Single(bench.Sent));
        var wave = WaveFile.Write([5, 6, 7], 24000);
        bench.Channel.OnMessage(7, false, wave.AsSpan(0, 20));
        bench.Channel.OnMessage(7, false, wave.AsSpan(20));
        bench.Channel.OnMessage(7, false, []);
        var reference = bench.Sent[^1].Message;
        bench.Receive($$$"""{"type":"stf","data":{"message":"said","file_ref":"{{{reference}}}","format":"wav"}}""");
        Assert.Equal<short>([5, 6, 7], bench.Posted.OfType<AppendClientSpeech>().Single().Audio.Samples.ToArray());
        bench.Receive($$$"""{"type":"stf","data":{"message":"said","file_ref":"{{{reference}}}","format":"wav"}}""");
        Assert.Equal("invalid", bench.LastError());
    }

    [Fact]
    public void A_file_is_not_asked_for_at_once_and_once_more_when_nothing_comes()
    {
        var bench = new ChannelBench();
        bench.Channel.OnOpened(7, "file", "file");
        Assert.Empty(bench.Sent);
        bench.Later.ForEach(later => later.Act());
        Assert.Equal([(7, true, ""), (7, true, "")], bench.Sent);
        bench.Channel.OnMessage(7, false, new byte[3]);
        bench.Later.ForEach(later => later.Act());
        Assert.Equal(2, bench.Sent.Count);
    }

    [Fact]
    public void A_channel_that_is_opened_again_is_not_asked_for_the_file_before()
    {
        var bench = new ChannelBench();
        bench.Channel.OnOpened(7, "file", "file");
        var before = bench.Later.ToArray();
        bench.Channel.OnClosed(7);
        bench.Channel.OnOpened(7, "file", "file");
        Assert.All(before, later => later.Act());
        Assert.Empty(bench.Sent);
    }

    [Fact]
    public void A_file_sent_twice_is_one()
    {
        var bench = new ChannelBench();
        bench.Channel.OnOpened(7, "file", "file");
        for (var i = 0; i < 2; i++)
        {
            bench.Channel.OnMessage(7, false, new byte[3]);
            bench.Channel.OnMessage(7, false, []);
        }

        Assert.StartsWith("file-", Assert.Single(bench.Sent).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_too_large_to_be_taken_in_is_told_and_takes_a_begun_upload_along()
    {
        var bench = new ChannelBench();
        bench.Channel.OnMessageTooLarge(ChannelBench.Main);
        Assert.Equal("too_large", bench.LastError());
        bench.Channel.OnOpened(7, "file", "file");
        bench.Channel.OnMessage(7, false, new byte[500]);
        bench.Channel.OnMessageTooLarge(7);
        bench.Channel.OnOpened(8, "file", "file");
        bench.Channel.OnMessage(8, false, new byte[1000]);
        bench.Channel.OnMessage(8, false, []);
        Assert.StartsWith("file-", bench.Sent[^1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_upload_that_is_too_large_is_refused_and_forgotten()
    {
        var bench = new ChannelBench();
        bench.Channel.OnOpened(7, "file", "file");
        bench.Channel.OnMessage(7, false, new byte[1001]);
        Assert.Equal("too_large", bench.LastError());
        Assert.Equal(ChannelBench.Main, bench.Sent[^1].Channel);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_still_comes_of_a_refused_or_whole_file_is_no_message(bool refused)
    {
        var bench = new ChannelBench();
        bench.Channel.OnOpened(7, "file", "file");
        bench.Channel.OnMessage(7, false, new byte[refused ? 1001 : 10]);
        bench.Channel.OnMessage(7, false, []);
        var sent = bench.Sent.Count;
        bench.Channel.OnMessage(7, false, new byte[100]);
        bench.Channel.OnMessage(7, true, "{}"u8);
        bench.Channel.OnMessage(7, false, []);
        Assert.Equal(sent, bench.Sent.Count);
        bench.Channel.OnTaken("q");
        Assert.Equal((ChannelBench.Main, """{"type":"accepted","data":{"id":"q"}}"""), (bench.Sent[^1].Channel, bench.Sent[^1].Message));
        bench.Channel.OnClosed(7);
        bench.Channel.OnOpened(7, "file", "file");
        bench.Channel.OnMessage(7, false, new byte[900]);
        bench.Channel.OnMessage(7, false, []);
        Assert.StartsWith("file-", bench.Sent[^1].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"type":"dance","data":{}}""", "unknown_command")]
    [InlineData("""{"type":5}""", "bad_message")]
    [InlineData("[]", "bad_message")]
    [InlineData("", "bad_message")]
    [InlineData("{} {}", "bad_message")]
    [InlineData("""{"type":"ttstf","data":{"message":"  "}}""", "invalid")]
    [InlineData("""{"type":"ttstf","data":{"message":7}}""", "invalid")]
    [InlineData("""{"type":"ttstf"}""", "invalid")]
    [InlineData("""{"type":"ttstf","data":{"message":"\ud800"}}""", "invalid")]
    [InlineData("""{"type":"change-size","data":{"width":"wide","height":1}}""", "invalid")]
    [InlineData("""{"type":"listen","data":{"mode":"loud"}}""", "invalid")]
    [InlineData("""{"type":"subscribe","data":{"events":["all"]}}""", "invalid")]
    [InlineData("""{"type":"configure","data":{"avatar":"nobody"}}""", "invalid")]
    [InlineData("""{"type":"configure","data":{"padding_left":1e999}}""", "invalid")]
    [InlineData("""{"type":"stf-streaming-data","data":{"data":"AAAA"}}""", "wrong_state")]
    public void What_cannot_be_used_is_answered_and_has_no_effect(string message, string code)
    {
        var bench = new ChannelBench();
        bench.Receive(message);
        Assert.Equal(code, bench.LastError());
        Assert.Empty(bench.Posted);
        Assert.Empty(bench.Views);
    }

    [Fact]
    public void A_megabyte_of_text_is_too_large_and_the_next_message_works()
    {
        var bench = new ChannelBench();
        bench.Receive("{\"type\":\"ttstf\",\"data\":{\"message\":\"" + new string('a', 1 << 20) + "\"}}");
        Assert.Equal("too_large", bench.LastError());
        bench.Receive("""{"type":"ttstf","data":{"message":"Hello"}}""");
        Assert.Equal(Perform.Say("Hello"), Assert.Single(bench.Posted));
    }

    [Fact]
    public void Rubbish_never_throws() => Prop.ForAll<byte[], bool>((bytes, text) =>
    {
        var bench = new ChannelBench();
        bench.Channel.OnMessage(ChannelBench.Main, text, bytes);
        return bench.Posted.Count == 0 && bench.LastError() == "bad_message";
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Known_types_with_any_data_never_throw()
    {
        var random = new Random(11);
        string[] values =
        [
            "null", "0", "-1e308", "\"\"", "\"x\"", "[]", "[1]", "{}", "true", "\"\\u0000\"", "[\"phase\"]", "\"AAA=\"", "\"default\"",
        ];
        string[] names =
        [
            "message", "data", "width",
            "height", "mode", "events", "avatar", "voice", "model", "language", "background", "padding_left", "padding_top", "file_ref", "history",
        ];
        var bench = new ChannelBench();
        for (var i = 0; i < 20_000; i++)
        {
            var members = Enumerable.Range(0, random.Next(4))
                .Select(_ => $"\"{names[random.Next(names.Length)]}\":{values[random.Next(values.Length)]}");
            var data = random.Next(5) == 0 ? values[random.Next(values.Length)] : "{" + string.Join(",", members) + "}";
            bench.Receive($"{{\"type\":\"{Types[random.Next(Types.Length)]}\",\"data\":{data}}}");
        }

        Assert.All(bench.Sent, sent => JsonDocument.Parse(sent.Message));
    }

    [Fact]
    public void Events_reach_subscribers_alone()
    {
        var bench = new ChannelBench();
        SessionOutput[] outputs =
        [
            new UserCaption(1, "Hi", false), new PhaseChanged(1, ConversationPhase.Thinking), new TurnFailed(1, EngineFault.Timeout, "slow"),
            new QuotaWarning(1, TerminationReason.MaxMinPerSessionQuotaExceeded, TimeSpan.FromSeconds(60)),
            new SessionEnded(1, TerminationReason.GracefulTermination),
        ];
        foreach (var output in outputs)
        {
            bench.Channel.OnOutput(output);
        }

        Assert.Empty(bench.Sent);
        bench.Receive("""{"type":"subscribe"}""");
        foreach (var output in outputs)
        {
            bench.Channel.OnOutput(output);
        }

        Assert.Equal(
            ["state", "caption", "phase", "failure", "quota", "ended"],
            bench.Sent.Select(sent => JsonDocument.Parse(sent.Message).RootElement.GetProperty("type").GetString()));
        Assert.Equal("""{"type":"quota","data":{"reason":"MAX_MIN_PER_SESSION_QUOTA_EXCEEDED","left_sec":60}}""", bench.Sent[4].Message);
    }

    [Fact]
    public void Dictation_is_answered_by_stt_and_its_failure_by_stt_error()
    {
        var bench = new ChannelBench();
        bench.Channel.OnOutput(new DictationResult(1, "", null));
        bench.Channel.OnOutput(new DictationResult(1, "", EngineFault.Timeout));
        Assert.Equal("""{"type":"stt","data":{"text":""}}""", bench.Sent[0].Message);
        Assert.Equal("""{"type":"stt-error","data":{"code":500}}""", bench.Sent[1].Message);
    }

    [Fact]
    public void Wave_reader_never_throws_on_mutilated_files()
    {
        var good = WaveFile.Write(new short[100], 16000);
        Assert.Equal(100, WaveFile.Read(good)!.Value.Samples.Length);
        var random = new Random(5);
        for (var i = 0; i < 20_000; i++)
        {
            var bad = good.AsSpan(0, random.Next(good.Length + 1)).ToArray();
            for (var n = random.Next(4); n > 0 && bad.Length > 0; n--)
            {
                bad[random.Next(Math.Min(bad.Length, 60))] = (byte)random.Next(256);
            }

            if (WaveFile.Read(bad) is { } read)
            {
                Assert.InRange(read.Samples.Length, 0, bad.Length);
            }
        }
    }
}

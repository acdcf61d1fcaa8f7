using System.Text.Json;
using AvatarGrains.Testing;

namespace AvatarGrains.EndToEnd.Tests.Sdk;

/// <summary>The call sequence of every generation of the Perso web SDK, in Chromium, from a page of another origin (<c>replay.js</c>).</summary>
[Collection(AloneCollection.Name)]
public sealed class SdkReplayTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private const string Guide = "I am the offline guide of AvatarGrains.";

    [Fact]
    public async Task The_first_generation_talks_over_the_channel_with_its_microphone()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/flite"), "flite is not installed (package flite)");
        var microphone = Path.Combine(fixture.Server.Data, "question.wav");
        await VoiceTests.WriteSpeechAsync(microphone, 0, (2.0, "what can you do"));
        var seen = await ReplayAsync("first", microphone);
        Assert.Equal(Guide, seen.GetProperty("answer").GetString());
        Assert.Contains("can you do", seen.GetProperty("heard").GetString(), StringComparison.OrdinalIgnoreCase);
        Assert.True(seen.GetProperty("starts").GetBoolean());
        Assert.True(seen.GetProperty("durations").GetBoolean());
        Assert.True(seen.GetProperty("pinged").GetBoolean());
        AssertGraceful(seen);
    }

    [Fact]
    public async Task The_second_generation_keeps_the_conversation_and_speaks_sentence_by_sentence()
    {
        var seen = await ReplayAsync("second");
        Assert.StartsWith(Guide + " ", seen.GetProperty("answer").GetString(), StringComparison.Ordinal);
        Assert.True(seen.GetProperty("sentences").GetInt32() >= 2);
        Assert.True(seen.GetProperty("second").GetString()!.Length > 20);
        Assert.Contains("can you do", seen.GetProperty("heard").GetString(), StringComparison.OrdinalIgnoreCase);
        Assert.Equal("RIFF", seen.GetProperty("wav").GetString());
        Assert.True(seen.GetProperty("mp3").GetBoolean());
        Assert.Equal("SESSION_LOG", seen.GetProperty("event").GetString());
        AssertGraceful(seen);
    }

    [Fact]
    public async Task The_third_generation_streams_its_speech_and_asks_over_the_socket()
    {
        var seen = await ReplayAsync("third");
        Assert.True(seen.GetProperty("streamable").GetBoolean());
        Assert.Equal(("STREAMING", true), (seen.GetProperty("mode").GetString(), seen.GetProperty("turns").GetBoolean()));
        Assert.StartsWith(Guide + " ", seen.GetProperty("deltas").GetString(), StringComparison.Ordinal);
        Assert.Equal("assistant", seen.GetProperty("role").GetString());
        Assert.Equal("""{"reason":"stop"}""", seen.GetProperty("finish").GetRawText());
        Assert.True(seen.GetProperty("seqs").GetBoolean());
        Assert.Equal("""{"format":"pcm_24000","sample_rate":24000}""", seen.GetProperty("format").GetRawText());
        Assert.Equal(
            ["My own words", "This is a test."],
            seen.GetProperty("said").EnumerateArray().Select(one => one.GetString()).Where(text => text != "Never mind"));
        var refused = Assert.Single(seen.GetProperty("refused").EnumerateArray());
        Assert.Equal(
            ("unknown_command", "stf-streaming-nothing"), (refused.GetProperty("code").GetString(), refused.GetProperty("type").GetString()));
        Assert.Contains("can you do", seen.GetProperty("whole").GetString(), StringComparison.OrdinalIgnoreCase);
        foreach (var (family, language) in new[] { ("older", "locale"), ("newer", "language") })
        {
            var stream = seen.GetProperty(family);
            var utterance = Assert.Single(stream.GetProperty("utterances").EnumerateArray());
            Assert.Contains("can you do", utterance.GetProperty("text").GetString(), StringComparison.OrdinalIgnoreCase);
            Assert.Equal("en", utterance.GetProperty(language).GetString());
            Assert.Equal(1, stream.GetProperty("last").GetProperty("utterance_count").GetInt32());
        }

        Assert.Equal("""{"target_id":"stt-4","cancelled":true,"modality":"stt"}""", seen.GetProperty("cancelled").GetRawText());
        Assert.Equal(1, seen.GetProperty("displaced").GetInt32());
        Assert.Equal("GRACEFUL_TERMINATION", seen.GetProperty("terminated").GetProperty("code").GetString());
        Assert.Equal("GRACEFUL_TERMINATION", seen.GetProperty("end").GetString());
    }

    [Fact]
    public async Task Without_an_avatar_events_keep_the_session()
    {
        var seen = await ReplayAsync("faceless");
        Assert.Equal(
            """[["SESSION_START",false,null],["SESSION_DURING",false,null],["SESSION_END",true,"GRACEFUL_TERMINATION"]]""",
            seen.GetProperty("events").GetRawText());
        Assert.StartsWith(Guide, seen.GetProperty("answer").GetString(), StringComparison.Ordinal);
        Assert.Equal("GRACEFUL_TERMINATION", seen.GetProperty("end").GetString());
    }

    private static void AssertGraceful(JsonElement seen)
    {
        Assert.Equal(0, seen.GetProperty("errors").GetInt32());
        Assert.Equal("GRACEFUL_TERMINATION", seen.GetProperty("end").GetString());
    }

    private async Task<JsonElement> ReplayAsync(string scenario, string? microphone = null)
    {
        Assert.SkipUnless(PageFixture.Chromium is not null, "Chromium is not installed (package chromium)");
        var page = new UriBuilder(fixture.Server.Address)
        {
            Host = "localhost",
            Path = "/api/docs/index.html",
            Query = "api=" + fixture.Server.Address.ToString().TrimEnd('/'),
        };
        await using var browser = await PageFixture.OpenAsync(page.Uri, microphone);
        using var script = new StreamReader(typeof(SdkReplayTests).Assembly.GetManifestResourceStream("replay.js")!);
        await browser.Page.AddScriptTagAsync(new() { Content = await script.ReadToEndAsync(TestContext.Current.CancellationToken) });
        var seen = await browser.Page.EvaluateAsync<string>($"replay.{scenario}().then(JSON.stringify)");
        return JsonDocument.Parse(seen).RootElement;
    }
}

using AvatarGrains.Core.Engines;
using AvatarGrains.Engines.Asr;

namespace AvatarGrains.Engines.Tests.Faults;

/// <summary>What servers of recognizers send: the words that were said, nothing, or a failure.</summary>
public sealed class TranscriptInjectionTests
{
    private const string Said = "Where is the pool";

    private const string Answer =
        "{\"task\":\"transcribe\",\"language\":\"english\",\"duration\":2.5,\"text\":\"" + Said + "\","
        + "\"segments\":[{\"id\":0,\"start\":0.0,\"end\":2.5,"
        + "\"text\":\"" + Said + "\",\"tokens\":[50364,7],\"temperature\":0.0,\"avg_logprob\":-0.2,"
        + "\"no_speech_prob\":0.01}],\"usage\":{\"secret\":1}}";

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"text\":null}")]
    [InlineData("{\"text\":\"\"}")]
    [InlineData("{\"text\":\"  \"}")]
    [InlineData("{\"text\":[]}")]
    [InlineData("{\"text\":5}")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"\"")]
    [InlineData("")]
    [InlineData("{\"text\":\"[BLANK_AUDIO]\"}")]
    [InlineData("{\"text\":\" (silence) ♪\"}")]
    [InlineData("{\"text\":\"...\"}")]
    public async Task Answer_without_words_is_nothing_heard(string body) =>
        Assert.Equal((Transcript.Nothing, null), await RecogniseAsync(Canned.Text(body, contentType: "application/json")));

    [Theory]
    [InlineData("{\"text\":\" Where is the pool \"}")]
    [InlineData("{\"transcript\":\"Where is the pool\"}")]
    [InlineData("{\"segments\":[{\"text\":\"Where is\"},{\"text\":\"the pool\"}]}")]
    [InlineData("{\"results\":[{\"alternatives\":[{\"transcript\":\"Where is the pool\"}]}]}")]
    [InlineData("\"Where is the pool\"")]
    [InlineData("Where is the pool\n")]
    [InlineData("\uFEFF{\"text\":\"Where is the pool\"}")]
    public async Task Words_are_found_in_every_form(string body)
    {
        var (heard, failure) = await RecogniseAsync(Canned.Text(body, contentType: "text/html"));
        Assert.Equal((Said, null), (heard?.Text, failure));
    }

    [Fact]
    public async Task Every_field_every_cut_and_every_status_is_words_nothing_or_a_failure()
    {
        var (tried, failures) = (0, 0);
        var bytes = ChatBodies.Bytes(Answer);
        var cuts = Enumerable.Range(0, bytes.Length + 1)
            .SelectMany(cut => new[] { false, true }.Select(reset => new Canned([bytes[..cut]], Break: reset)));
        var fields = JsonFaults.Of(Answer).Select(fault => Canned.Text(fault.Text));
        string[] bodies =
        [
            "", "<html>secret</html>", Answer, "{\"error\":\"secret\"}", "{\"error\":{\"message\":\"language\"}}", "\0\0", new string('[', 999),
        ];
        int[] statuses = [200, 201, 204, 301, 400, 401, 404, 408, 413, 415, 422, 429, 500, 502, 503, 504, 529];
        var refusals = statuses.SelectMany(status => bodies.Select(body => Canned.Text(body, status)));
        foreach (var canned in cuts.Concat(fields).Concat(refusals))
        {
            var (heard, failure) = await RecogniseAsync(canned);
            var words = heard?.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
            Assert.All(words, word => Assert.Contains(word, $"{Said} {JsonFaults.UnknownText}".Split(' ')));
            Assert.DoesNotContain("secret", failure?.Message ?? "", StringComparison.Ordinal);
            tried++;
            failures += failure is null ? 0 : 1;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"inputs tried: {tried}, failures told: {failures}, wrong words: 0");
    }

    private static async Task<(Transcript? Heard, EngineException? Failure)> RecogniseAsync(Canned canned)
    {
        using var server = new CannedServer(canned);
        using var http = new HttpClient(server);
        var recognizer = new OpenAiRecognizer(http, new OpenAiRecognizerOptions("whisper", new Uri("http://127.0.0.1:1/v1"), "secret"));
        using var recognition = await recognizer.StartAsync(new RecognitionContext("en", null), default);
        recognition.Write(new short[1600]);
        try
        {
            return (await recognition.FinishAsync(default), null);
        }
        catch (EngineException e)
        {
            return (null, e);
        }
    }
}

using System.Text.RegularExpressions;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Turns;
using AvatarGrains.Engines.Tests.Llm;

namespace AvatarGrains.Engines.Tests.Faults;

/// <summary>
/// A server of models that sends everything wrong, one fault at a time, to a real session. After each: the session lives, something is heard
/// and nothing of it is no answer, and the next question is answered.
/// </summary>
public sealed partial class ChatInjectionTests
{
    private const string Next = "All is well.";

    private static readonly HashSet<string> Allowed = [.. Words(ChatBodies.Heard), .. Enum.GetValues<EngineFault>()
        .Select(fault => Apologies.ForFault(fault, "en")).Append(Apologies.NoAnswer("en")).SelectMany(Words)];

    /// <summary>Streams with an answer.</summary>
    public static TheoryData<string> Streams => [.. ChatBodies.Streams.Keys];

    /// <summary>Streams, whole answers and lines.</summary>
    public static TheoryData<string> Bodies => [.. ChatBodies.Bodies.Keys];

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Bodies_themselves_are_heard(string name)
    {
        await using var run = await Run.StartAsync();
        Assert.Equal(ChatBodies.Heard, (await run.TryAsync(Canned.Text(ChatBodies.Bodies[name]))).Heard);
        run.Report();
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task Every_field_of_a_stream_missing_empty_and_of_every_other_value(string name)
    {
        await using var run = await Run.StartAsync();
        var events = ChatBodies.Streams[name];
        for (var i = 0; i < events.Count; i++)
        {
            foreach (var fault in JsonFaults.Of(events[i]))
            {
                await run.TryAsync(Canned.Text(ChatBodies.Stream([.. events.Take(i), fault.Text, .. events.Skip(i + 1)])), IsAnswer(fault.Path));
            }
        }

        run.Report();
    }

    [Fact]
    public async Task Every_field_of_a_whole_answer_missing_empty_and_of_every_other_value()
    {
        await using var run = await Run.StartAsync();
        foreach (var fault in JsonFaults.Of(ChatBodies.Whole))
        {
            await run.TryAsync(Canned.Text(fault.Text, contentType: "application/json"), IsAnswer(fault.Path));
        }

        foreach (var (line, i) in ChatBodies.Lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select((line, i) => (line, i)))
        {
            foreach (var fault in JsonFaults.Of(line))
            {
                var lines = ChatBodies.Lines.Split('\n');
                lines[i] = fault.Text;
                await run.TryAsync(Canned.Text(string.Join('\n', lines)), IsAnswer(fault.Path));
            }
        }

        run.Report();
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task Parts_in_every_order_and_each_of_them_twice(string name)
    {
        await using var run = await Run.StartAsync();
        string[] parts = [.. ChatBodies.Streams[name], "[DONE]"];
        foreach (var order in Orders([.. Enumerable.Range(0, parts.Length)]))
        {
            await run.TryAsync(Canned.Text(string.Concat(order.Select(i => ChatBodies.Event(parts[i])))));
        }

        for (var i = 0; i < parts.Length; i++)
        {
            var twice = parts.SelectMany((part, at) => at == i ? [part, part] : new[] { part });
            await run.TryAsync(Canned.Text(string.Concat(twice.Select(ChatBodies.Event))));
        }

        run.Report();
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Body_that_ends_or_is_reset_at_every_byte(string name)
    {
        await using var run = await Run.StartAsync();
        var bytes = ChatBodies.Bytes(ChatBodies.Bodies[name]);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            foreach (var reset in new[] { false, true })
            {
                await run.TryAsync(new Canned([bytes[..cut]], Break: reset));
            }
        }

        run.Report();
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Body_in_pieces_of_every_size_is_heard_whole(string name)
    {
        await using var run = await Run.StartAsync();
        var bytes = ChatBodies.Bytes(ChatBodies.Bodies[name]);
        for (var size = 1; size < bytes.Length; size = (size * 3 / 2) + 1)
        {
            Assert.Equal(ChatBodies.Heard, (await run.TryAsync(new Canned([.. bytes.Chunk(size)]))).Heard);
        }

        run.Report();
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Wrong_content_types_do_not_matter(string name)
    {
        await using var run = await Run.StartAsync();
        string[] types =
        [
            "", "text/event-stream; charset=nonsense", "application/json", "text/html", "text/plain; charset=\"\"", "application/octet-stream", "///",
            "audio/mpeg", "application/x-ndjson",
        ];
        foreach (var type in types)
        {
            Assert.Equal(ChatBodies.Heard, (await run.TryAsync(Canned.Text(ChatBodies.Bodies[name], contentType: type))).Heard);
        }

        run.Report();
    }

    [Fact]
    public async Task Pages_errors_and_rubbish_with_every_status()
    {
        await using var run = await Run.StartAsync();
        string[] bodies =
        [
            "", " ", "\n\n\n", "null", "true", "[]", "{}", "\"secret\"", "<html><body>secret 502 Bad Gateway</body></html>",
            "<!DOCTYPE html>\n<script>{\"secret\":1}</script>", "upstream secret",
            "{\"error\":{\"message\":\"secret\",\"code\":null}}", "{\"error\":\"secret\"}",
            "{\"error\":[{\"secret\":1}]}", "{\"detail\":\"secret\"}", "{\"detail\":[{\"loc\":[\"body\",\"stream_options\"],\"msg\":\"secret\"}]}",
            "{\"error\":{\"message\":\"Unrecognized argument: stream_options\",\"param\":\"stream_options\"}}",
            "{\"error\":{\"message\":\"messages: roles must alternate\"}}", "{\"object\":\"error\",\"message\":\"secret\",\"code\":40303}",
            "data: {\"error\":{\"message\":\"secret\"}}\n\n", "event: error\ndata: secret\n\n",
            "event: error\ndata: {\"secret\":1}\n\n", "data: secret\n\n",
            "data: [DONE]\n\n", ": secret\n\n", "data:\n\ndata\n\n", "{\"choices\":[]}", "{\"choices\":[{\"delta\":{\"content\":null}}]}", "\0\0\0\0",
            "\uFEFF{\"choices\":null}", "ID3\u0004secret", new string('{', 2000), new string('[', 2000) + new string(']', 2000),
        ];
        int[] statuses =
        [
            200, 201, 202, 203, 204, 206, 226, 300, 301, 304, 307, 400, 401, 402, 403, 404, 405, 408, 409, 410, 413, 415, 422, 425, 429,
            451, 498, 499, 500, 501, 502, 503, 504, 507, 520, 522, 524, 529, 599,
        ];
        foreach (var status in statuses)
        {
            foreach (var body in bodies)
            {
                await run.TryAsync(Canned.Text(body, status, body.Contains('<', StringComparison.Ordinal) ? "text/html" : "application/json"));
            }
        }

        run.Report();
    }

    [Theory]
    [InlineData("0")]
    [InlineData("17")]
    [InlineData("-5")]
    [InlineData("soon")]
    [InlineData("99999999999999")]
    [InlineData("1.5")]
    [InlineData("Wed, 21 Oct 2065 07:28:00 GMT")]
    [InlineData("Wed, 21 Oct 2015 07:28:00 GMT")]
    public async Task Retry_after_of_every_form(string value)
    {
        await using var run = await Run.StartAsync();
        foreach (var status in new[] { 429, 500, 503, 529, 200 })
        {
            await run.TryAsync(Canned.Text("{}", status) with
            {
                Headers = response =>
                {
                    response.Headers.TryAddWithoutValidation("Retry-After", value);
                    response.Headers.TryAddWithoutValidation("retry-after-ms", value);
                },
            });
        }

        run.Report();
    }

    /// <summary>A text in this place is the answer, or a part of it.</summary>
    private static bool IsAnswer(string path) =>
        new[] { "content", "choices", "message", "delta" }.Any(place => path.Contains(place, StringComparison.Ordinal));

    private static IEnumerable<int[]> Orders(int[] rest) => rest.Length == 1
        ? [rest]
        : rest.SelectMany(first => Orders([.. rest.Where(other => other != first)]).Select(order => (int[])[first, .. order]));

    private static IEnumerable<string> Words(string text) => text.Split([' ', '.', ',', '?'], StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex(@"[{}<>|\[\]""\\]|data:|secret|plan", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex NoAnswer();

    /// <summary>Tries one fault after the other in a session, and counts.</summary>
    private sealed class Run : IAsyncDisposable
    {
        private CannedServer? _server;
        private FaultSession? _session;
        private Canned _now = Canned.Text("");
        private int _tried;
        private int _lost;
        private int _apologies;

        public static async Task<Run> StartAsync()
        {
            var run = new Run();
            run._server = new CannedServer { Choose = _ => run._now };
            run._session = await FaultSession.StartAsync(time => Answers.Client(run._server, time));
            return run;
        }

        /// <summary>Sends a fault, then a good answer.</summary>
        /// <param name="fault">The answer to every request of the question.</param>
        /// <param name="unknown">The unknown text stands where the answer stands, so that it may be heard.</param>
        public async Task<FaultTurn> TryAsync(Canned fault, bool unknown = false)
        {
            _tried++;
            _now = fault;
            var turn = await _session!.AskAsync($"Question {_tried}");
            _now = Canned.Events(FakeOpenAi.Delta($"{{\"content\":\"{Next}\"}}", "stop"), "[DONE]");
            var next = turn.Ended ? turn : await _session.AskAsync("And now?");
            var sent = string.Concat(fault.Pieces.Select(System.Text.Encoding.UTF8.GetString));
            _apologies += turn.Heard.Contains("Sorry", StringComparison.Ordinal) ? 1 : 0;
            if (turn.Ended || next.Ended)
            {
                _lost++;
                Assert.Fail($"The session ended by {fault.Status} {sent}");
            }

            Assert.True(turn.Spoken.Count > 0, $"Nothing was heard of {fault.Status} {sent}");
            foreach (var caption in turn.Captions)
            {
                Assert.False(NoAnswer().IsMatch(caption), $"'{caption}' was heard of {sent}");
                Assert.All(Words(caption), word => Assert.True(
                    Allowed.Contains(word) || (unknown && word == JsonFaults.UnknownText), $"'{word}' was heard of {sent}"));
            }

            Assert.True(next.Heard == Next, $"The next answer was '{next.Heard}' after {fault.Status} {sent}");
            _server!.Requests.Clear();
            return turn;
        }

        public void Report()
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"inputs tried: {_tried}, apologies: {_apologies}, sessions lost: {_lost}");
            Assert.Equal(0, _lost);
        }

        public async ValueTask DisposeAsync()
        {
            await _session!.DisposeAsync();
            _server!.Dispose();
        }
    }
}

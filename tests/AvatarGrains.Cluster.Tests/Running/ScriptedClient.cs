using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using AvatarGrains.EndToEnd.Tests.Viewers;
using AvatarGrains.Testing;

namespace AvatarGrains.Cluster.Tests.Running;

/// <summary>A client that does everything once, each request at the next server, and writes down what it is told but for ids, times and addresses.</summary>
internal sealed partial class ScriptedClient : IDisposable
{
    /// <summary>A picture of one point.</summary>
    private const string Picture = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    /// <summary>For a machine that does much else.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Uri[] _servers;
    private readonly List<string> _lines = [];
    private readonly Dictionary<string, string> _names = [];
    private int _turn = -1;

    public ScriptedClient(params Uri[] servers)
    {
        _servers = servers;
        Http = new HttpClient(new TakingTurns(() => _servers[Interlocked.Increment(ref _turn) % _servers.Length])) { BaseAddress = servers[0], Timeout = Patience };
    }

    public HttpClient Http { get; }

    public IReadOnlyList<string> Lines => _lines;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async Task RunAsync()
    {
        var prompt = Id(await PostAsync("prompt/", new { name = "Clerk", system_prompt = "You are a clerk.", intro_message = "Welcome to the desk." }), "prompt_id");
        var document = Id(await PostAsync("document/", new { title = "Hours", content = "# Opening hours\nThe library opens at nine in the morning. It closes at six in the evening." }), "document_id");
        var picture = Id(await PostFormAsync("background_image/", "image", "point.png", Convert.FromBase64String(Picture)), "backgroundimage_id");
        var template = Id(await PostAsync("session_template/", new { name = "Desk", session = new { capability = (string[])["LLM", "TTS", "STT", "STF_WEBRTC"], llm_type = "guide", tts_type = "slt" } }), "sessiontemplate_id");
        foreach (var path in new[] { $"prompt/{prompt}/", $"document/{document}/", $"background_image/{picture}/", $"session_template/{template}/", "prompt/", "document/" })
        {
            await GetAsync(path);
            await GetAsync(path);
        }

        await TextAsync(document);
        await VideoAsync(template, prompt, document, picture);
        foreach (var path in new[] { $"prompt/{prompt}/", $"document/{document}/", $"session_template/{template}/" })
        {
            Note("DELETE " + path, await Http.DeleteAsync("api/v1/" + path, Token), "");
            await GetAsync(path);
            await GetAsync(path);
        }
    }

    public void Dispose() => Http.Dispose();

    /// <summary>A client without video: asks, speaks, is heard, ends.</summary>
    private async Task TextAsync(string document)
    {
        var session = "session/" + Id(await PostAsync("session/", new { capability = (string[])["LLM", "TTS", "STT"], llm_type = "guide", tts_type = "slt", stt_type = "default", document }), "session_id");
        await GetAsync(session + "/");
        await PostAsync(session + "/event/create/", new { @event = "SESSION_START", detail = "here" });
        await PostAsync(session + "/event/create/", new { @event = "SESSION_LOG", detail = "오류 <b>" });
        await PostAsync(session + "/llm/", new { message = "When does the library open?", clear_history = false });
        await PostAsync(session + "/llm/", new { message = "And when does it close?", clear_history = false });
        await PostAsync(session + "/llm/v2/", new { messages = new[] { new { role = "user", content = "When does the library close?" } } });
        var spoken = await PostAsync(session + "/tts/", new { text = "What can you do?", output_format = "wav" });
        await PostAsync(session + "/tts/", new { text = "What can you do?", output_format = "nonsense" });
        await PostFormAsync(session + "/stt/", "audio", "a.wav", spoken.GetProperty("audio").GetBytesFromBase64());
        await PostAsync(session + "/exchange/", new { client_sdp = new { type = "offer", sdp = "v=0" } });
        await PostAsync(session + "/event/create/", new { @event = "SESSION_DURING", detail = "" });
        await PostAsync(session + "/event/create/", new { @event = "SESSION_END", detail = "bye" });
        await GetAsync(session + "/");
        await PostAsync(session + "/llm/", new { message = "Still there?", clear_history = false });
        await PostAsync(session + "/tts/", new { text = "Still there?" });
        await PostAsync(session + "/event/create/", new { @event = "SESSION_LOG", detail = "late" });
    }

    /// <summary>A client with video, whose picture is deleted and who connects again.</summary>
    private async Task VideoAsync(string template, string prompt, string document, string picture)
    {
        var id = Id(await PostAsync("session/", new { session_template = template, prompt, document, background_image = picture }), "session_id");
        await PostAsync($"session/{id}/exchange/", new { client_sdp = new { type = "offer", sdp = "rubbish" } });
        await GetAsync($"session/{id}/ice-servers/");
        await using (var first = await Watcher.ConnectAsync(Http, id))
        {
            await first.SendAsync("subscribe");
            await first.SendAsync("hello");
            await SpokenAsync(first, "Welcome to the desk.");
            await first.SendAsync("chat", "When does the library open?");
            await SpokenAsync(first, "nine");
            Note("Http.Delete of the picture", await Http.DeleteAsync($"api/v1/background_image/{picture}/", Token), "");
            await using var second = await Watcher.ConnectAsync(Http, id);
            Note("The first connection ends: " + await first.Viewer.Closed.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System, Token));
            await second.SendAsync("subscribe");
            await second.SaidAsync("\"history\"");
            Note(second.Messages.Single(one => one.Contains("\"history\"", StringComparison.Ordinal)));
            await second.MoreFramesAsync(10);
            await GetAsync($"session/{id}/");
            await PostAsync($"session/{id}/event/create/", new { @event = "SESSION_END", detail = "bye" });
            await second.SaidAsync("\"ended\"");
            Note(second.Messages[^1]);
            Note("The second connection ends: " + await second.Viewer.Closed.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System, Token));
        }

        await GetAsync($"session/{id}/");
        await PostAsync($"session/{id}/exchange/", new { client_sdp = new { type = "offer", sdp = "rubbish" } });
    }

    /// <summary>Waits until something was said to its end.</summary>
    private static Task SpokenAsync(Watcher watcher, string words) => watcher.UntilAsync(() =>
        watcher.Messages.SkipWhile(one => !one.Contains(words, StringComparison.Ordinal)).Any(one => one.StartsWith("""{"type":"phase","data":{"phase":"idle""" + '"', StringComparison.Ordinal)), Patience);

    private static string Id(JsonElement answer, string name) => answer.GetProperty(name).GetString()!;

    private async Task GetAsync(string path)
    {
        using var answer = await Http.GetAsync("api/v1/" + path, Token);
        Note("GET " + path, answer, await answer.Content.ReadAsStringAsync(Token));
    }

    private async Task<JsonElement> PostAsync(string path, object body)
    {
        using var answer = await Http.PostAsJsonAsync("api/v1/" + path, body, Token);
        return await ReadAsync("POST " + path, answer);
    }

    private async Task<JsonElement> PostFormAsync(string path, string field, string name, byte[] file)
    {
        using var form = new MultipartFormDataContent();
        using var content = new ByteArrayContent(file);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        form.Add(content, field, name);
        form.Add(new StringContent("en"), "language");
        using var answer = await Http.PostAsync("api/v1/" + path, form, Token);
        return await ReadAsync("POST " + path, answer);
    }

    private async Task<JsonElement> ReadAsync(string what, HttpResponseMessage answer)
    {
        var body = await answer.Content.ReadAsStringAsync(Token);
        Note(what, answer, body);
        return body.StartsWith('{') ? JsonDocument.Parse(body).RootElement : default;
    }

    private void Note(string what, HttpResponseMessage answer, string body) =>
        Note($"{what} {(int)answer.StatusCode} {answer.Content.Headers.ContentType} {answer.Headers.RetryAfter} {body}");

    private void Note(string line)
    {
        line = IdShape().Replace(line, id => _names.TryGetValue(id.Value, out var name) ? name : _names[id.Value] = $"<{_names.Count}>");
        line = TimeShape().Replace(line, "<time>");
        line = HostShape().Replace(line, "//<host>");
        line = SecondsShape().Replace(line, "$1<n>");
        line = AudioShape().Replace(line, audio => $"\"audio\":<{audio.Length}>");
        line = SdpShape().Replace(line, "<sdp>");
        _lines.Add(line);
    }

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(plp|pld|plb|pst)-(?!0{31})[0-9a-f]{32}")]
    private static partial Regex IdShape();

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")]
    private static partial Regex TimeShape();

    [GeneratedRegex(@"//127\.0\.0\.1:\d+")]
    private static partial Regex HostShape();

    [GeneratedRegex(@"(""duration_sec"":)\d+")]
    private static partial Regex SecondsShape();

    /// <summary>Voices add noise of their own.</summary>
    [GeneratedRegex(@"""audio"":""[^""]*""")]
    private static partial Regex AudioShape();

    [GeneratedRegex(@"v=0\\r\\n[^""]*")]
    private static partial Regex SdpShape();
}

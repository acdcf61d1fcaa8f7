using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AvatarGrains.Client.Rest;

/// <summary>
/// The REST side of a Perso-compatible server. Every method throws <see cref="PersoClientException"/> when the server cannot be reached,
/// refuses, or answers with something malformed, and <see cref="OperationCanceledException"/> only when the caller's token is cancelled.
/// The key is sent where the contract asks for it and never to <c>session/{id}/</c>.
/// </summary>
public sealed class PersoClient : IDisposable
{
    private const string KeyHeader = "PersoLive-APIKey";
    private const int AskBeforeBytes = 1 << 20;

    private readonly PersoTransport _transport;
    private readonly string? _key;

    /// <param name="server">Root of the server, with any path prefix; <c>/api/v1/</c> is added.</param>
    /// <param name="key">The API key, or null for a server that needs none.</param>
    /// <param name="time">The clock of the time-outs.</param>
    public PersoClient(Uri server, string? key = null, TimeProvider? time = null)
    {
        Server = new Uri(server.AbsoluteUri.TrimEnd('/') + "/");
        _key = string.IsNullOrWhiteSpace(key) ? null : key.Trim();
        _transport = new PersoTransport(new Uri(Server, "api/v1/"), time ?? TimeProvider.System);
    }

    /// <summary>Root of the server, ending in a slash.</summary>
    public Uri Server { get; }

    /// <summary>A key is sent.</summary>
    public bool HasKey => _key is not null;

    public void Dispose() => _transport.Dispose();

    /// <summary>What can be chosen; entries without a name are left out.</summary>
    public async Task<IReadOnlyList<PersoSetting>> ListAsync(PersoSettingKind kind, CancellationToken cancellationToken)
    {
        var (path, id) = kind switch
        {
            PersoSettingKind.LlmType => ("settings/llm_type/", "name"),
            PersoSettingKind.TtsType => ("settings/tts_type/", "name"),
            PersoSettingKind.SttType => ("settings/stt_type/", "name"),
            PersoSettingKind.ModelStyle => ("settings/modelstyle/?platform_type=webrtc", "name"),
            PersoSettingKind.Capability => ("settings/capability/", "name"),
            PersoSettingKind.Prompt => ("prompt/", "prompt_id"),
            PersoSettingKind.Document => ("document/", "document_id"),
            PersoSettingKind.BackgroundImage => ("background_image/", "backgroundimage_id"),
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
        var answer = await _transport.SendAsync(Keyed(HttpMethod.Get, path), cancellationToken);
        // Some servers page their lists.
        var list = PersoJson.Field(answer, "results") ?? answer;
        if (list.ValueKind != JsonValueKind.Array)
        {
            throw new PersoClientException(PersoFault.Malformed, $"The server's answer to {path} is not a list.");
        }

        return [.. list.EnumerateArray().Select(entry => Setting(entry, id)).OfType<PersoSetting>()];
    }

    /// <summary>Creates a session.</summary>
    public async Task<PersoSession> CreateSessionAsync(PersoSessionRequest request, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["capability"] = new JsonArray([.. request.Capability.Select(name => JsonValue.Create(name))]) };
        Add(body, "llm_type", request.LlmType);
        Add(body, "tts_type", request.TtsType);
        Add(body, "stt_type", request.SttType);
        Add(body, "model_style", request.ModelStyle);
        Add(body, "prompt", request.Prompt);
        Add(body, "document", request.Document);
        Add(body, "background_image", request.BackgroundImage);
        var message = Keyed(HttpMethod.Post, "session/");
        message.Content = JsonContent.Create(body);
        return Session(await _transport.SendAsync(message, cancellationToken), request.Capability);
    }

    /// <summary>The session as it is now.</summary>
    public async Task<PersoSession> GetSessionAsync(string sessionId, CancellationToken cancellationToken) =>
        Session(await _transport.SendAsync(new HttpRequestMessage(HttpMethod.Get, Path(sessionId, "")), cancellationToken), []);

    /// <summary>Records an event: SESSION_START, SESSION_DURING every ten seconds, SESSION_END.</summary>
    public async Task<PersoEvent> SendEventAsync(string sessionId, string name, string detail, CancellationToken cancellationToken)
    {
        var answer = await _transport.SendAsync(
            Post(sessionId, "event/create/", new JsonObject { ["event"] = name, ["detail"] = detail }), cancellationToken);
        return new PersoEvent(PersoJson.Flag(answer, "terminate"), PersoJson.Text(answer, "terminate_reason"));
    }

    /// <summary>Asks by text; the server keeps the history.</summary>
    /// <returns>The pieces of the answer as they come, each usually a sentence.</returns>
    public IAsyncEnumerable<string> AskAsync(string sessionId, string message, bool clearHistory, CancellationToken cancellationToken) =>
        _transport.StreamAsync(
            () => Post(sessionId, "llm/", new JsonObject { ["message"] = message, ["clear_history"] = clearHistory }), cancellationToken);

    /// <summary>Speaks a text.</summary>
    /// <returns>An audio file in the format the server prefers.</returns>
    public async Task<byte[]> SpeakAsync(string sessionId, string text, CancellationToken cancellationToken)
    {
        var answer = await _transport.SendAsync(Post(sessionId, "tts/", new JsonObject { ["text"] = text }), cancellationToken);
        var audio = PersoJson.Field(answer, "audio");
        return audio is { ValueKind: JsonValueKind.String } encoded && encoded.TryGetBytesFromBase64(out var bytes)
            ? bytes
            : throw new PersoClientException(PersoFault.Malformed, "The server's speech is not base64 audio.");
    }

    /// <summary>Recognizes speech.</summary>
    /// <param name="sessionId">The session.</param>
    /// <param name="audio">A wav, mp3, ogg, webm or flac file; read once, not buffered.</param>
    /// <param name="fileName">Its name, by which some servers tell the format.</param>
    /// <param name="mediaType">Such as <c>audio/wav</c>.</param>
    /// <param name="language">BCP 47, or null to let the server tell.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<string> TranscribeAsync(
        string sessionId, Stream audio, string fileName, string mediaType, string? language, CancellationToken cancellationToken)
    {
        using var form = new MultipartFormDataContent();
        var file = new StreamContent(audio);
        file.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        form.Add(file, "audio", fileName);
        if (language is not null)
        {
            form.Add(new StringContent(language), "language");
        }

        var message = new HttpRequestMessage(HttpMethod.Post, Path(sessionId, "stt/")) { Content = form };
        // So that a server can refuse a large file before it is sent; a refusal in the middle would break the connection and lose its reason.
        message.Headers.ExpectContinue = !audio.CanSeek || audio.Length > AskBeforeBytes;
        var answer = await _transport.SendAsync(message, PersoTransport.UploadTimeout, cancellationToken);
        return PersoJson.Text(answer, "text") ?? throw new PersoClientException(PersoFault.Malformed, "The server's recognition has no text.");
    }

    /// <summary>Whether the server shows a page at its root.</summary>
    public Task<bool> HasPageAsync(CancellationToken cancellationToken) => _transport.IsPageAsync(Server, cancellationToken);

    private static void Add(JsonObject body, string name, string? value)
    {
        if (value is not null)
        {
            body[name] = value;
        }
    }

    private static PersoSetting? Setting(JsonElement entry, string idName)
    {
        var id = entry.ValueKind == JsonValueKind.String ? entry.GetString() : PersoJson.Text(entry, idName) ?? PersoJson.Text(entry, "name");
        if (string.IsNullOrEmpty(id))
        {
            return null;
        }

        var title = PersoJson.Text(entry, "display_name") ?? PersoJson.Text(entry, "title") ?? PersoJson.Text(entry, "name") ?? id;
        return new PersoSetting(id, title, PersoJson.Text(entry, "description") ?? "", PersoJson.Flag(entry, "require_document"), entry);
    }

    private static PersoSession Session(JsonElement answer, IReadOnlyList<string> asked)
    {
        var id = PersoJson.Text(answer, "session_id")
            ?? throw new PersoClientException(PersoFault.Malformed, "The server's session has no session_id.");
        var capability = PersoJson.Names(answer, "capability");
        return new PersoSession(
            id, PersoJson.Text(answer, "status"), PersoJson.Text(answer, "termination_reason"), capability.Count > 0 ? capability : asked,
            PersoJson.Text(answer, "llm_type"), PersoJson.Text(answer, "tts_type"), PersoJson.Text(answer, "stt_type"),
            PersoJson.Text(answer, "model_style"), PersoJson.Text(answer, "prompt"));
    }

    private static string Path(string sessionId, string rest) => $"session/{Uri.EscapeDataString(sessionId)}/{rest}";

    private static HttpRequestMessage Post(string sessionId, string rest, JsonObject body) =>
        new(HttpMethod.Post, Path(sessionId, rest)) { Content = JsonContent.Create(body) };

    private HttpRequestMessage Keyed(HttpMethod method, string path)
    {
        var message = new HttpRequestMessage(method, path);
        if (_key is not null)
        {
            message.Headers.TryAddWithoutValidation(KeyHeader, _key);
        }

        return message;
    }
}

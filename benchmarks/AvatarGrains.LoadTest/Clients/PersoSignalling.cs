using System.Net.Http.Json;
using System.Text.Json;
using AvatarGrains.Client.Rest;

namespace AvatarGrains.LoadTest.Clients;

/// <summary>Makes a session and exchanges descriptions by the Perso contract.</summary>
internal sealed class PersoSignalling(HttpClient http, string voice, string avatar, TimeProvider time) : ISignalling, IDisposable
{
    private const string Prompt = "plp-00000000000000000000000000000001";

    private readonly PersoClient _rest = new(http.BaseAddress!, time: time);

    public bool HasChannel => true;

    public async Task<string> ExchangeAsync(string offer, bool hears, CancellationToken cancellationToken)
    {
        var id = await CreateAsync(hears ? ["STF_WEBRTC", "LLM", "TTS", "STT"] : ["STF_WEBRTC", "LLM", "TTS"], cancellationToken);
        var answer = await PostAsync(
            $"api/v1/session/{id}/exchange/",
            new Dictionary<string, object> { ["client_sdp"] = new Dictionary<string, string> { ["type"] = "offer", ["sdp"] = offer } },
            cancellationToken);
        return answer.GetProperty("server_sdp").GetProperty("sdp").GetString()!;
    }

    public async Task<TextClient> TalkAsync(Behaviour behaviour, TextMeasures measures, Texts texts, CancellationToken cancellationToken)
    {
        var id = await CreateAsync(["LLM", "TTS"], cancellationToken);
        if (behaviour == Behaviour.Socket)
        {
            var address = new UriBuilder(new Uri(http.BaseAddress!, $"api/v1/session/{id}/ws/")) { Scheme = "ws" }.Uri;
            return await SocketClient.OpenAsync(address, measures, texts, time, cancellationToken);
        }

        await PostAsync(
            $"api/v1/session/{id}/event/create/", new Dictionary<string, object> { ["event"] = "SESSION_START", ["detail"] = "" }, cancellationToken);
        return new EventsClient(_rest, id, measures, texts, time);
    }

    public void Dispose() => _rest.Dispose();

    private async Task<string> CreateAsync(string[] capabilities, CancellationToken cancellationToken)
    {
        var session = await PostAsync(
            "api/v1/session/",
            new Dictionary<string, object>
            {
                ["capability"] = capabilities,
                ["prompt"] = Prompt,
                ["llm_type"] = "guide",
                ["model_style"] = avatar,
                ["tts_type"] = voice,
            },
            cancellationToken);
        return session.GetProperty("session_id").GetString()!;
    }

    private async Task<JsonElement> PostAsync(string path, Dictionary<string, object> body, CancellationToken cancellationToken)
    {
        using var response = await http.PostAsJsonAsync(path, body, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw new HttpRequestException($"POST {path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync(cancellationToken)}");
        }

        return await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
    }
}

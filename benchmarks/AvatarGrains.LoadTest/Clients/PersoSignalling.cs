using System.Net.Http.Json;
using System.Text.Json;

namespace AvatarGrains.LoadTest.Clients;

/// <summary>Makes a session and exchanges descriptions by the Perso contract.</summary>
internal sealed class PersoSignalling(HttpClient http, string voice, string avatar) : ISignalling
{
    private const string Prompt = "plp-00000000000000000000000000000001";

    public bool HasChannel => true;

    public async Task<string> ExchangeAsync(string offer, CancellationToken cancellationToken)
    {
        var session = await PostAsync(
            "api/v1/session/",
            new Dictionary<string, object>
            {
                ["capability"] = new[] { "STF_WEBRTC", "LLM", "TTS" },
                ["prompt"] = Prompt,
                ["llm_type"] = "guide",
                ["model_style"] = avatar,
                ["tts_type"] = voice,
            },
            cancellationToken);
        var id = session.GetProperty("session_id").GetString();
        var answer = await PostAsync(
            $"api/v1/session/{id}/exchange/",
            new Dictionary<string, object> { ["client_sdp"] = new Dictionary<string, string> { ["type"] = "offer", ["sdp"] = offer } },
            cancellationToken);
        return answer.GetProperty("server_sdp").GetProperty("sdp").GetString()!;
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

using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AvatarGrains.Client.Perso;

/// <summary>The REST half of the Perso contract, as far as a viewer needs it.</summary>
/// <param name="http">Its base address is the server's; it may carry a key.</param>
public sealed class PersoApi(HttpClient http)
{
    /// <summary>Makes a session.</summary>
    /// <param name="settings">The request's fields: capability, tts_type, model_style, ...</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <returns>The session's id.</returns>
    /// <exception cref="HttpRequestException">Refused; the message carries the server's words.</exception>
    public async Task<string> CreateSessionAsync(JsonObject settings, CancellationToken cancellationToken)
    {
        var session = await PostAsync("api/v1/session/", settings, cancellationToken);
        return session.GetProperty("session_id").GetString()!;
    }

    /// <summary>Sends an offer and returns the server's answer.</summary>
    /// <exception cref="HttpRequestException">Refused; the message carries the server's words.</exception>
    public async Task<string> ExchangeAsync(string session, string offer, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["client_sdp"] = new JsonObject { ["type"] = "offer", ["sdp"] = offer } };
        var answer = await PostAsync($"api/v1/session/{session}/exchange/", body, cancellationToken);
        return answer.GetProperty("server_sdp").GetProperty("sdp").GetString()!;
    }

    /// <summary>The session as the server describes it.</summary>
    /// <exception cref="HttpRequestException">Refused.</exception>
    public Task<JsonElement> FindAsync(string session, CancellationToken cancellationToken) =>
        http.GetFromJsonAsync<JsonElement>($"api/v1/session/{session}/", cancellationToken);

    private async Task<JsonElement> PostAsync(string path, JsonObject body, CancellationToken cancellationToken)
    {
        using var response = await http.PostAsJsonAsync(path, body, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw new HttpRequestException(
                $"POST {path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync(cancellationToken)}", null, response.StatusCode);
        }

        return await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
    }
}

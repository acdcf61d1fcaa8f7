using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace AvatarGrains.LoadTest.Clients;

/// <summary>LiveTalking's <c>POST /offer</c>: one request, media at once, no data channel.</summary>
internal sealed class OfferSignalling(HttpClient http) : ISignalling
{
    public bool HasChannel => false;

    public async Task<string> ExchangeAsync(string offer, bool hears, CancellationToken cancellationToken)
    {
        // With a length, not chunked: the small server beside it reads nothing else.
        var body = JsonSerializer.Serialize(new Dictionary<string, string> { ["sdp"] = offer, ["type"] = "offer" });
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await http.PostAsync("offer", content, cancellationToken);
        response.EnsureSuccessStatusCode();
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        return answer.GetProperty("sdp").GetString()!;
    }

    public Task<TextClient> TalkAsync(Behaviour behaviour, TextMeasures measures, Texts texts, CancellationToken cancellationToken) =>
        throw new NotSupportedException("The server beside ours has media alone.");
}

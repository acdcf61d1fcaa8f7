using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace AvatarGrains.Grains.Tests.Running;

/// <summary><c>run --cluster</c> with real processes over real sockets.</summary>
[Collection(ClusterProcesses.OneAtATime)]
public sealed class RunTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_silo_answers_for_every_session_and_interrupting_ends_all_in_order()
    {
        await using var cluster = await ClusterProcesses.StartAsync(silos: 3, edges: 2);
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(60) };
        var created = await PostAsync(http, cluster.AddressOf("edge-1"), "", new { capability = (string[])["LLM"] });
        var id = created.GetProperty("session_id").GetString();
        using var asked = await http.PostAsJsonAsync(
            new Uri(cluster.AddressOf("edge-2"), $"api/v1/session/{id}/llm/"), new { message = "Who are you?" }, Token);
        Assert.Contains("offline guide", await asked.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        var session = await http.GetFromJsonAsync<JsonElement>(new Uri(cluster.AddressOf("session-1"), $"api/v1/session/{id}/"), Token);
        Assert.Equal(id, session.GetProperty("session_id").GetString());
        using var offer = await http.PostAsJsonAsync(
            new Uri(cluster.AddressOf("session-1"), $"api/v1/session/{id}/exchange/"),
            new { client_sdp = new { type = "offer", sdp = "v=0" } }, Token);
        Assert.Equal(HttpStatusCode.TooManyRequests, offer.StatusCode);
        var metrics = await http.GetStringAsync(new Uri(cluster.AddressOf("session-1"), "metrics"), Token);
        Assert.Contains("avatar_sessions 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("avatar_role{role=\"session\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("avatar_role{role=\"edge\"}", metrics, StringComparison.Ordinal);
        Assert.Equal(0, await cluster.InterruptAsync());
        Assert.DoesNotContain("has ended", cluster.Output, StringComparison.Ordinal);
    }

    private static async Task<JsonElement> PostAsync(HttpClient http, Uri silo, string path, object body)
    {
        using var answer = await http.PostAsJsonAsync(new Uri(silo, "api/v1/session/" + path), body, Token);
        return await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Token);
    }
}

using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace AvatarGrains.EndToEnd.Tests.Starts;

/// <summary>A server that was asked to end while somebody is spoken to.</summary>
public sealed class DrainTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Draining_server_says_so_refuses_what_is_new_and_serves_what_it_has()
    {
        Assert.SkipUnless(PageFixture.Chromium is not null, "Chromium is not installed (package chromium)");
        var settings = Path.GetTempFileName();
        await File.WriteAllTextAsync(settings, """{ "drainTime": "00:05:00" }""", Token);
        await using var server = await ServerProcess.StartAsync("--config", settings);
        File.Delete(settings);
        // With nothing but a voice, the page says what is typed: minutes of it hold the server in its drain.
        await using var page = await PageFixture.OpenAsync(server.Address, settings: """{"capability":["TTS"]}""");
        await page.GreetedAsync();
        await page.Page.FillAsync("#message", string.Concat(Enumerable.Repeat("This is a long speech that goes on and on. ", 80)));
        await page.Page.PressAsync("#message", "Enter");
        await page.UntilAsync("document.body.dataset.state === 'speaking'");
        using var http = new HttpClient { BaseAddress = new Uri(server.Address, "api/v1/") };
        var before = await CreateAsync(http);
        Assert.Equal(HttpStatusCode.Created, before.StatusCode);
        var id = (await before.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("session_id").GetString();
        await server.TerminateAsync();
        using var health = await DrainingAsync(http);
        Assert.Equal("draining", (await health.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("status").GetString());
        await AssertRefusedAsync(await CreateAsync(http));
        await AssertRefusedAsync(await http.PostAsJsonAsync(
            $"session/{id}/exchange/", new { client_sdp = new { type = "offer", sdp = "v=0\r\n" } }, Token));
        var frames = await page.FramesAsync();
        await page.UntilAsync($"watch.frames > {frames + 25} && document.body.dataset.state === 'speaking'");
    }

    private static Task<HttpResponseMessage> CreateAsync(HttpClient http) =>
        http.PostAsJsonAsync("session/", new { capability = (string[])["STF_WEBRTC", "TTS"] }, Token);

    private static async Task<HttpResponseMessage> DrainingAsync(HttpClient http)
    {
        while (true)
        {
            var health = await http.GetAsync("health", Token);
            if (health.StatusCode == HttpStatusCode.ServiceUnavailable)
            {
                return health;
            }

            health.Dispose();
            await Task.Yield();
        }
    }

    private static async Task AssertRefusedAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
            Assert.Equal(TimeSpan.FromSeconds(1), answer.Headers.RetryAfter?.Delta);
            var error = (await answer.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("errors")[0];
            Assert.Equal(
                ("throttled", "The server is shutting down."), (error.GetProperty("code").GetString(), error.GetProperty("detail").GetString()));
        }
    }
}

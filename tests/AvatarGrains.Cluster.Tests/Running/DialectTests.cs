using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using AvatarGrains.EndToEnd.Tests;
using AvatarGrains.EndToEnd.Tests.Viewers;

namespace AvatarGrains.Cluster.Tests.Running;

/// <summary>A cluster of real processes is to its clients what one process is, whichever of them their requests reach.</summary>
public sealed class DialectTests
{
    /// <summary>For a machine that does much else.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Client_is_told_the_same_by_four_silos_in_turn_as_by_one_process()
    {
        await using var process = await ServerProcess.StartAsync();
        using var alone = new ScriptedClient(process.Address);
        await alone.RunAsync();
        await process.KillAsync();
        await using var cluster = await ClusterProcesses.StartAsync(silos: 4, edges: 2);
        using var together = new ScriptedClient([.. new[] { "edge-1", "edge-2", "session-1", "worker-1" }.Select(cluster.AddressOf)]);
        await together.RunAsync();
        Assert.Equal(alone.Lines, together.Lines);
        if (PageFixture.Chromium is not null)
        {
            await using var page = await PageFixture.OpenAsync(cluster.AddressOf("edge-1"));
            await RestartClient.RestartAsync(page, [cluster.AddressOf("edge-2"), cluster.AddressOf("edge-1"), cluster.AddressOf("edge-2")]);
        }
    }

    [Fact]
    public async Task What_was_uploaded_at_an_edge_that_is_gone_is_there_and_a_session_whose_silo_is_killed_while_it_speaks_goes_on()
    {
        await using var cluster = await ClusterProcesses.StartAsync(silos: 5, edges: 2);
        using var first = new HttpClient { BaseAddress = cluster.AddressOf("edge-1") };
        using var added = await first.PostAsJsonAsync("api/v1/document/", new { title = "Hours", content = "# Opening hours\nThe library opens at nine in the morning, and on Sundays it stays closed." }, Token);
        var document = (await added.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("document_id").GetString();
        await cluster.KillAsync("edge-1");
        using var http = new HttpClient { BaseAddress = cluster.AddressOf("edge-2"), Timeout = Patience };
        var began = Stopwatch.GetTimestamp();
        using var created = await http.PostAsJsonAsync("api/v1/session/", new { capability = (string[])["LLM", "TTS", "STF_WEBRTC"], llm_type = "guide", tts_type = "slt", document }, Token);
        var id = (await created.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("session_id").GetString()!;
        await using var watcher = await Watcher.ConnectAsync(http, id);
        await watcher.SendAsync("subscribe");
        await watcher.SendAsync("chat", "When does the library open?");
        await watcher.UntilAsync(() => watcher.Speech > 10, Patience);
        await cluster.KillAsync(await SiloOfTheSessionAsync(cluster));
        var heard = watcher.Messages.Length;
        await watcher.UntilAsync(() => watcher.Messages.Skip(heard).Any(IsIdle), Patience);
        await watcher.SendAsync("chat", "And on Sundays?");
        await watcher.UntilAsync(() => watcher.Messages.Skip(heard).SkipWhile(one => !one.Contains("And on Sundays?", StringComparison.Ordinal)).Any(IsIdle), Patience);
        await watcher.MoreFramesAsync(10);
        var speech = watcher.Speech;
        Assert.True(speech > 20, $"{speech} packets of speech");
        await watcher.SendAsync("subscribe");
        await watcher.UntilAsync(() => watcher.Messages.Count(IsHistory) == 2);
        using var ended = await http.PostAsJsonAsync($"api/v1/session/{id}/event/create/", new { @event = "SESSION_END", detail = "" }, Token);
        Assert.True(ended.IsSuccessStatusCode, await ended.Content.ReadAsStringAsync(Token));
        var session = await http.GetFromJsonAsync<JsonElement>(new Uri(cluster.AddressOf("worker-1"), $"api/v1/session/{id}/"), Token);
        Assert.Equal("GRACEFUL_TERMINATION", session.GetProperty("termination_reason").GetString());
        Assert.InRange(session.GetProperty("duration_sec").GetInt32(), 0, (int)Math.Ceiling(Stopwatch.GetElapsedTime(began).TotalSeconds));
        Assert.Equal(2, JsonDocument.Parse(watcher.Messages.Last(IsHistory)).RootElement.GetProperty("data").GetProperty("lines").EnumerateArray().Count(line => line.GetProperty("role").GetString() == "user"));
    }

    private static bool IsHistory(string message) => message.StartsWith("""{"type":"history""" + '"', StringComparison.Ordinal);

    private static bool IsIdle(string message) => message.StartsWith("""{"type":"phase","data":{"phase":"idle""" + '"', StringComparison.Ordinal);

    private static async Task<string> SiloOfTheSessionAsync(ClusterProcesses cluster)
    {
        using var http = new HttpClient();
        foreach (var silo in new[] { "session-1", "session-2" })
        {
            if ((await http.GetStringAsync(new Uri(cluster.AddressOf(silo), "metrics"), Token)).Contains("avatar_sessions 1\n", StringComparison.Ordinal))
            {
                return silo;
            }
        }

        throw new InvalidOperationException("No silo has the session.");
    }
}

using System.Net.Http.Json;
using System.Text.Json;
using AvatarGrains.EndToEnd.Tests.Starts;
using AvatarGrains.EndToEnd.Tests.Viewers;

namespace AvatarGrains.EndToEnd.Tests.Faults;

/// <summary>Clients that vanish, a server that is killed or told to end.</summary>
public sealed class LossTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_viewer_ends_its_session_with_the_right_reason_after_the_grace_time()
    {
        Assert.SkipUnless(PythonPeer.IsAvailable, "python3-aiortc is not installed");
        await using var server = await ServerProcess.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Address };
        var session = await Watcher.CreateSessionAsync(http);
        using (var viewer = PythonPeer.Start("perso_hold.py", server.Address.ToString().TrimEnd('/'), session))
        {
            Assert.Equal("connected", await viewer.StandardOutput.ReadLineAsync(Stop));
            await using var other = await Watcher.ConnectAsync(http);
            viewer.Kill();
            await viewer.WaitForExitAsync(Stop);
            var ended = await EndOfAsync(http, session, other);
            Assert.Equal(("TERMINATED", "SESSION_LOST_AFTER_CONNECTION"), ended);
            Assert.Equal("IN_PROGRESS", (await StateAsync(http, other.Viewer.SessionId)).Status);
        }
    }

    [Fact]
    public async Task Server_killed_in_the_middle_of_a_turn_keeps_what_it_acknowledged_and_goes_on()
    {
        await using var server = await ServerProcess.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Address };
        var session = await Watcher.CreateSessionAsync(http);
        await using (var watcher = await Watcher.ConnectAsync(http, session))
        {
            await watcher.SendAsync("subscribe");
            await watcher.SendAsync("chat", "What can you do?");
            await watcher.UntilAsync(() => watcher.Speech > 100);
            await watcher.SendAsync("chat", "Who are you?");
            await watcher.SaidAsync("Who are you?");
            var speech = watcher.Speech;
            await watcher.UntilAsync(() => watcher.Speech > speech + 25);
            await server.KillAsync();
        }

        await server.RestartAsync();
        await using var again = await Watcher.ConnectAsync(http, session);
        await again.SendAsync("subscribe");
        await again.SaidAsync("\"type\":\"history\"");
        var lines = Lines(again.Messages.First(m => m.Contains("\"type\":\"history\"", StringComparison.Ordinal)));
        Assert.Equal(["What can you do?", "Who are you?"], lines.Where(l => l.Role == "user").Select(l => l.Text));
        Assert.True(lines.Single(l => l.Role == "avatar").Interrupted);
        await again.SendAsync("chat", "How do I connect a model?");
        await again.UntilAsync(() => again.Speech > 25);
        await again.MoreFramesAsync(10);
    }

    [Fact]
    public async Task Server_told_to_end_lets_the_sentence_finish_and_saves_it()
    {
        var data = Directory.CreateTempSubdirectory("avatar-drain-");
        try
        {
            var session = "";
            await using (var server = await ServerCommand.StartAsync("run", "--port", "0", "--media-port", "0", "--data", data.FullName))
            {
                using var http = new HttpClient { BaseAddress = server.Address };
                await using var watcher = await Watcher.ConnectAsync(http);
                session = watcher.Viewer.SessionId;
                await watcher.SendAsync("ttstf", "This will be said to its end.");
                await watcher.UntilAsync(() => watcher.Speech > 5);
                await server.TerminateAsync();
                await server.EndAsync();
                Assert.Equal(0, server.ExitCode);
                await watcher.UntilAsync(() => watcher.Speech > 50);
            }

            await using var next = await ServerCommand.StartAsync("run", "--port", "0", "--media-port", "0", "--data", data.FullName);
            using var client = new HttpClient { BaseAddress = next.Address };
            await using var again = await Watcher.ConnectAsync(client, session);
            await again.SendAsync("subscribe");
            await again.SaidAsync("\"type\":\"history\"");
            var line = Assert.Single(Lines(again.Messages.First(m => m.Contains("\"type\":\"history\"", StringComparison.Ordinal))));
            Assert.Equal(("avatar", "This will be said to its end.", false), line);
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    /// <summary>Looks at the session while another one's pictures keep coming, until it is over.</summary>
    private static async Task<(string? Status, string? Reason)> EndOfAsync(HttpClient http, string session, Watcher beat)
    {
        for (var looks = 0; looks < 90; looks++)
        {
            var state = await StateAsync(http, session);
            if (state.Status == "TERMINATED")
            {
                return state;
            }

            await beat.MoreFramesAsync(25);
        }

        return await StateAsync(http, session);
    }

    private static async Task<(string? Status, string? Reason)> StateAsync(HttpClient http, string session)
    {
        var found = await http.GetFromJsonAsync<JsonElement>($"api/v1/session/{session}/", Stop);
        return (found.GetProperty("status").GetString(), found.GetProperty("termination_reason").GetString());
    }

    private static List<(string? Role, string? Text, bool Interrupted)> Lines(string message)
    {
        using var history = JsonDocument.Parse(message);
        return [.. history.RootElement.GetProperty("data").GetProperty("lines").EnumerateArray().Select(line =>
            (line.GetProperty("role").GetString(), line.GetProperty("text").GetString(), line.GetProperty("interrupted").GetBoolean()))];
    }
}

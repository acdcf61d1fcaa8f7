using System.Diagnostics;
using System.Net;

namespace AvatarGrains.EndToEnd.Tests;

/// <summary>Keys made by the command while the server runs.</summary>
public sealed class KeysTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_running_server_takes_new_keys_and_refuses_revoked_ones()
    {
        await using var server = await ServerProcess.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Address };
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, null));
        var added = await KeysAsync(server, "add", "--tenant", "acme", "--max-sessions", "1", "--requests-per-minute", "0");
        var key = added.Split('\n')[0].Trim();
        Assert.Matches("^pak-[0-9a-f]{32}$", key);
        await UntilAsync(http, null, HttpStatusCode.Unauthorized);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, key));
        var listed = await KeysAsync(server, "list");
        Assert.Contains(key[..12], listed, StringComparison.Ordinal);
        Assert.DoesNotContain(key, listed, StringComparison.Ordinal);
        await KeysAsync(server, "revoke", key[..12]);
        await UntilAsync(http, key, HttpStatusCode.Unauthorized);
        Assert.DoesNotContain(
            key[12..], System.Text.Encoding.Latin1.GetString(await ReadSharedAsync(Path.Combine(server.Data, "avatargrains.db"))),
            StringComparison.Ordinal);
    }

    private static async Task<byte[]> ReadSharedAsync(string file)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy, Token);
        return copy.ToArray();
    }

    // The server looks once a second; each request is a look at whether it has.
    private static async Task UntilAsync(HttpClient http, string? key, HttpStatusCode wanted)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await StatusAsync(http, key) != wanted)
        {
            patience.Token.ThrowIfCancellationRequested();
        }
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient http, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/v1/prompt/");
        if (key is not null)
        {
            request.Headers.Add("PersoLive-APIKey", key);
        }

        using var response = await http.SendAsync(request, Token);
        return response.StatusCode;
    }

    private static async Task<string> KeysAsync(ServerProcess server, params string[] arguments)
    {
        string[] all = [Path.Combine(AppContext.BaseDirectory, "AvatarGrains.Server.dll"), "keys", .. arguments, "--data", server.Data];
        using var process = Process.Start(new ProcessStartInfo("dotnet", all) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync(Token);
        var output = await process.StandardOutput.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        Assert.True(process.ExitCode == 0, output + await errors);
        return output;
    }
}

using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace AvatarGrains.EndToEnd.Tests.Starts;

/// <summary>What an operator sees of the silo in the server's process.</summary>
public sealed class AdminTests : IDisposable
{
    private const string Key = "a key that is long enough";

    private readonly string _folder = Directory.CreateTempSubdirectory("avatar-admin-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string[] Arguments => ["run", "--port", "0", "--media-port", "0", "--data", _folder];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Health_tells_the_membership_and_there_is_no_dashboard_without_a_key()
    {
        await using var command = await ServerCommand.StartAsync(Arguments);
        using var http = new HttpClient { BaseAddress = command.Address };
        var cluster = (await http.GetFromJsonAsync<JsonElement>("api/v1/health", Token)).GetProperty("cluster");
        Assert.Equal("avatargrains", cluster.GetProperty("cluster_id").GetString());
        Assert.StartsWith("all", cluster.GetProperty("silo").GetString(), StringComparison.Ordinal);
        Assert.Equal(["edge", "session", "worker"], cluster.GetProperty("roles").EnumerateArray().Select(role => role.GetString()).Take(3));
        Assert.Equal(1, cluster.GetProperty("silos").GetInt32());
        Assert.Equal(1, cluster.GetProperty("silos_by_role").GetProperty("session").GetInt32());
        using var dashboard = await http.GetAsync("dashboard/?key=" + Uri.EscapeDataString(Key), Token);
        Assert.Equal(HttpStatusCode.NotFound, dashboard.StatusCode);
    }

    [Fact]
    public async Task Dashboard_opens_to_the_key_in_a_header_or_once_in_the_address_and_to_nobody_else()
    {
        await using var command = await ServerCommand.StartWithAsync(new Dictionary<string, string> { ["AVATAR_ADMIN__KEY"] = Key }, Arguments);
        using var jar = new HttpClientHandler { AllowAutoRedirect = false };
        using var http = new HttpClient(jar) { BaseAddress = command.Address };
        foreach (var path in (string[])["dashboard", "dashboard/", "dashboard/?key=wrong", "dashboard/ClusterStats", "dashboard/index.min.js"])
        {
            using var refused = await http.GetAsync(path, Token);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(http, new AuthenticationHeaderValue("Bearer", Key + "x"), null));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, new AuthenticationHeaderValue("Bearer", Key), null));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, null, Key));
        using var entered = await http.GetAsync("dashboard?key=" + Uri.EscapeDataString(Key), Token);
        Assert.Equal((HttpStatusCode.Redirect, "/dashboard/"), (entered.StatusCode, entered.Headers.Location!.ToString()));
        var cookie = Assert.Single(entered.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("long enough", Uri.UnescapeDataString(cookie), StringComparison.Ordinal);
        var page = await http.GetStringAsync("dashboard/", Token);
        Assert.Contains("Orleans", page, StringComparison.Ordinal);

        // The dashboard asks the silos by itself, a moment after the server is ready.
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        while (await HostsAsync(http) != 1)
        {
            await again.WaitForNextTickAsync(Token);
        }
    }

    private static async Task<int> HostsAsync(HttpClient http) =>
        (await http.GetFromJsonAsync<JsonElement>("dashboard/DashboardCounters", Token)).GetProperty("totalActiveHostCount").GetInt32();

    private static async Task<HttpStatusCode> StatusAsync(HttpClient http, AuthenticationHeaderValue? bearer, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "dashboard/version");
        request.Headers.Authorization = bearer;
        if (key is not null)
        {
            request.Headers.Add("X-Admin-Key", key);
        }

        using var answer = await http.SendAsync(request, Token);
        return answer.StatusCode;
    }
}

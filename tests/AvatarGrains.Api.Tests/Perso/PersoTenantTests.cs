using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using AvatarGrains.Conformance;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Storage;
using AvatarGrains.Core.Storage.InMemory;
using AvatarGrains.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace AvatarGrains.Api.Tests.Perso;

/// <summary>Keys, and that nobody sees what is another's.</summary>
[Collection(AloneCollection.Name)]
public sealed class PersoTenantTests
{
    private readonly InMemoryTenantStore _store = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_anothers_does_not_exist()
    {
        await using var server = await StartAsync();
        var mine = await KeyAsync("mine");
        var theirs = await KeyAsync("theirs");
        var paths = new List<string>();
        Use(server, theirs);
        paths.Add("prompt/" + await AddAsync(server, "prompt/", """{"name":"secret","system_prompt":"secret"}""", "prompt_id"));
        paths.Add("document/" + await AddAsync(server, "document/", """{"title":"secret","content":"secret"}""", "document_id"));
        paths.Add("session_template/" + await AddAsync(server, "session_template/", """{"name":"secret","session":{}}""", "sessiontemplate_id"));
        using (var picture = PersoTranscriptTests.Form("image", "secret.png", Pictures.Png(2, 2)))
        {
            var added = await server.Http.PostAsync("/api/v1/background_image/", picture, Token);
            paths.Add("background_image/" + (await added.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("backgroundimage_id")
                .GetString());
        }

        Use(server, mine);
        foreach (var path in paths)
        {
            Assert.Equal(HttpStatusCode.NotFound, (await server.Http.GetAsync($"/api/v1/{path}/", Token)).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await server.Http.DeleteAsync($"/api/v1/{path}/", Token)).StatusCode);
            Assert.DoesNotContain("secret", await server.Http.GetStringAsync($"/api/v1/{path.Split('/')[0]}/", Token), StringComparison.Ordinal);
            var attr = path.Split('/')[0];
            var refused = await server.PostAsync("/api/v1/session/", $$"""{"capability":["LLM"],"{{attr}}":"{{path.Split('/')[1]}}"}""");
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            Assert.Contains("does_not_exist", await refused.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        }

        Use(server, theirs);
        Assert.All(
            paths, path => Assert.Equal(HttpStatusCode.OK, server.Http.GetAsync($"/api/v1/{path}/", Token).GetAwaiter().GetResult().StatusCode));
    }

    [Fact]
    public async Task A_key_tried_ten_thousand_times_is_refused_every_time_and_leaves_nothing_behind()
    {
        await using var server = await StartAsync(TenantLimits.Keyed);
        var mine = await KeyAsync("mine");
        await TryAsync(server, 0, 10_000);
        Assert.Equal(0, await server.CountedAsync());
        Use(server, mine);
        Assert.Equal(HttpStatusCode.OK, (await server.Http.GetAsync("/api/v1/prompt/", Token)).StatusCode);
        Assert.Equal(1, await server.CountedAsync());
    }

    [Fact]
    public async Task A_session_belongs_to_the_tenant_whose_key_made_it_and_counts_against_its_requests()
    {
        await using var server = await StartAsync(new TenantLimits(null, null, null, 4));
        Use(server, await KeyAsync("mine"));
        var id = await server.CreateAsync();
        server.Http.DefaultRequestHeaders.Clear();
        Assert.Equal("mine", (await server.Host.FindAsync(id, Token))!.Spec.Tenant);
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 5; i++)
        {
            statuses.Add((await server.Http.GetAsync($"/api/v1/session/{id}/", Token)).StatusCode);
        }

        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests, HttpStatusCode.TooManyRequests], statuses);
    }

    private static async Task TryAsync(PersoServer server, int from, int to) => await Parallel.ForEachAsync(
        Enumerable.Range(from, to - from),
        new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Token },
        async (i, token) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/prompt/");
            request.Headers.Add("PersoLive-APIKey", $"pak-{i:x32}");
            using var response = await server.Http.SendAsync(request, token);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        });

    private Task<PersoServer> StartAsync(TenantLimits? limits = null) => PersoServer.StartAsync(fixture: new HostFixture(), more: services =>
    {
        services.AddSingleton<ITenantStore>(_store);
        services.AddSingleton<Core.Engines.IDocumentReader>(new PlainTextReader());
        services.AddSingleton(provider => new TenantDirectory(
            _store, new TenantSettings { Keyed = limits ?? new TenantLimits(null, null, null) }, provider.GetRequiredService<TimeProvider>()));
    });

    private async Task<string> KeyAsync(string tenant)
    {
        var key = ApiKey.Create();
        await _store.AddKeyAsync(new ApiKeyRecord(ApiKey.IdOf(key), tenant, ApiKey.Hash(key), default), Token);
        return key;
    }

    private static void Use(PersoServer server, string key)
    {
        server.Http.DefaultRequestHeaders.Clear();
        server.Http.DefaultRequestHeaders.Add("PersoLive-APIKey", key);
    }

    private static async Task<string> AddAsync(PersoServer server, string path, string json, string id)
    {
        var added = await server.Http.PostAsync("/api/v1/" + path, new StringContent(json, Encoding.UTF8, "application/json"), Token);
        var body = await added.Content.ReadAsStringAsync(Token);
        Assert.True(added.StatusCode == HttpStatusCode.Created, body);
        return JsonDocument.Parse(body).RootElement.GetProperty(id).GetString()!;
    }
}

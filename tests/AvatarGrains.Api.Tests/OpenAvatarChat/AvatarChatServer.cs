using System.Net.Http.Json;
using System.Text.Json;
using AvatarGrains.Api.Dialects.OpenAvatarChat;
using AvatarGrains.Api.Dialects.Perso;
using AvatarGrains.Api.Tests.Perso;
using AvatarGrains.Api.Tests.Shared;
using AvatarGrains.Conformance;
using AvatarGrains.Core.Media;
using Microsoft.Extensions.DependencyInjection;

namespace AvatarGrains.Api.Tests.OpenAvatarChat;

/// <summary>The API's test server with this dialect's settings and a decoder whose samples are known.</summary>
internal static class AvatarChatServer
{
    public static Task<PersoServer> StartAsync(HostFixture? fixture = null, OpenAvatarChatOptions? options = null, PersoOptions? keys = null) =>
        PersoServer.StartAsync(keys, fixture, services =>
        {
            services.AddSingleton<IAudioCodecs, PlainCodecs>();
            services.AddSingleton(options ?? new OpenAvatarChatOptions());
        });

    public static async Task<string> SessionAsync(PersoServer server)
    {
        using var created = await server.Http.PostAsync("/api/v1/sessions", null, TestContext.Current.CancellationToken);
        created.EnsureSuccessStatusCode();
        var session = await created.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        return session.GetProperty("session_id").GetString()!;
    }

    public static async Task<JsonElement> TextAsync(PersoServer server, string id, string json)
    {
        using var answer = await server.PostAsync($"/api/v1/sessions/{id}/text", json);
        var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, body);
        return JsonDocument.Parse(body).RootElement;
    }
}

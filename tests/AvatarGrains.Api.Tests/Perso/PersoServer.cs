using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using AvatarGrains.Api.Dialects.Perso;
using AvatarGrains.Api.Edge;
using AvatarGrains.Api.Tests.Edge;
using AvatarGrains.Conformance;
using AvatarGrains.Conformance.Scripted;
using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Hosting;
using AvatarGrains.Core.Hosting.InProcess;
using AvatarGrains.Core.Media;
using AvatarGrains.WebRtc.Sdp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AvatarGrains.Api.Tests.Perso;

/// <summary>The API on a free port over scripted engines; only the media edge is left out.</summary>
internal sealed class PersoServer : IPoseLibrary, IPersoConnector, IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly InProcessSessionHost _host;

    private PersoServer(InProcessSessionHost host, HostFixture fixture, PersoOptions options, Action<IServiceCollection>? more)
    {
        _host = host;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<ISessionHost>(host);
        builder.Services.AddSingleton<IEngineCatalog>(fixture.Engines);
        builder.Services.AddSingleton<IKnowledgeSource>(fixture.Engines);
        builder.Services.AddSingleton<IAudioCodecs>(new NoCodecs());
        builder.Services.AddSingleton<IPoseLibrary>(this);
        builder.Services.AddSingleton<IVoiceActivityDetectors>(fixture.Engines);
        builder.Services.AddSingleton<TimeProvider>(fixture.Time);
        more?.Invoke(builder.Services);
        builder.Services.AddAvatarApi(new EdgeOptions(), options);
        builder.Services.AddSingleton<IPersoConnector>(this);
        _app = builder.Build();
        _app.UseAvatarCors();
        _app.MapAvatarApi();
    }

    public HttpClient Http { get; } = new();

    public IReadOnlyList<AvatarInfo> Avatars { get; } = [new("ada", "Ada", "Drawn", 100, null)];

    public InProcessSessionHost Host => _host;

    public IServiceProvider Services => _app.Services;

    public static async Task<PersoServer> StartAsync(PersoOptions? options = null, HostFixture? fixture = null, Action<IServiceCollection>? more = null)
    {
        fixture ??= new HostFixture();
        var server = new PersoServer(await InProcessSessionHost.StartAsync(fixture.Services(), CancellationToken.None), fixture, options ?? new PersoOptions(), more);
        await server._app.StartAsync();
        server.Http.BaseAddress = new Uri(server._app.Urls.First());
        return server;
    }

    public Task<HttpResponseMessage> PostAsync(string path, string json) => Http.PostAsync(path, new StringContent(json, Encoding.UTF8, "application/json"));

    public async Task<string> CreateAsync(string json = """{"capability":["LLM","TTS","STT"],"llm_type":"gpt-4o","tts_type":"yuri","stt_type":"default"}""")
    {
        var created = await PostAsync("/api/v1/session/", json);
        created.EnsureSuccessStatusCode();
        return (await created.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("session_id").GetString()!;
    }

    public ValueTask<IPoseSet> OpenAsync(AvatarView view, CancellationToken cancellationToken) => view.Background is null or ['#', ..]
        ? new ValueTask<IPoseSet>(new PaintedPoses(view))
        : throw new KeyNotFoundException("There is no such picture.");

    public async ValueTask<string> ConnectAsync(string sessionId, string offer, CancellationToken cancellationToken)
    {
        if (!offer.StartsWith("v=0", StringComparison.Ordinal))
        {
            throw new SdpException("The offer has no version line.");
        }

        var result = await _host.SendAsync(sessionId, new MarkExchanged(offer, "v=0 answer"), cancellationToken);
        return result.Accepted ? "v=0 answer" : throw new SessionRejectedException(result.Reject!.Value, result.Detail);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
        await _host.DisposeAsync();
    }
}

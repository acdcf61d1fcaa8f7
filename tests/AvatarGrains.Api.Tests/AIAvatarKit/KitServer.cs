using System.Text;
using AvatarGrains.Api.Dialects.AIAvatarKit;
using AvatarGrains.Api.Dialects.Perso;
using AvatarGrains.Api.Tests.Edge;
using AvatarGrains.Api.Tests.Shared;
using AvatarGrains.Conformance;
using AvatarGrains.Conformance.Model;
using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Edge;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AvatarGrains.Api.Tests.AIAvatarKit;

/// <summary>The API on a free port over scripted engines and virtual time.</summary>
internal sealed class KitServer : IPoseLibrary, IAsyncDisposable
{
    private readonly ModelSessionHost _host;
    private readonly WebApplication _app;

    private KitServer(ModelSessionHost host, HostFixture fixture, AIAvatarKitOptions options, IReadOnlyDictionary<string, string>? keys)
    {
        (_host, Fixture) = (host, fixture);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<ISessionHost>(host);
        builder.Services.AddSingleton<IAudioCodecs>(new PlainCodecs());
        builder.Services.AddSingleton<IPoseLibrary>(this);
        builder.Services.AddSingleton<IEngineCatalog>(fixture.Engines);
        builder.Services.AddSingleton<IKnowledgeSource>(fixture.Engines);
        builder.Services.AddSingleton<IVoiceActivityDetectors>(fixture.Engines);
        builder.Services.AddSingleton<TimeProvider>(fixture.Time);
        builder.Services.AddSingleton<IRequestRates>(_ => new RequestRates(fixture.Time));
        builder.Services.AddAvatarApi(new EdgeOptions(), new PersoOptions { Keys = keys ?? new Dictionary<string, string>() }, options);
        _app = builder.Build();
        _app.UseAvatarCors();
        _app.MapAvatarApi();
    }

    public HostFixture Fixture { get; }

    public HttpClient Http { get; } = new();

    public ISessionHost Host => _host;

    public IReadOnlyList<AvatarInfo> Avatars { get; } = [new("ada", "Ada", "Drawn", 100, null)];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<KitServer> StartAsync(
        AIAvatarKitOptions? options = null, HostFixture? fixture = null, IReadOnlyDictionary<string, string>? keys = null)
    {
        fixture ??= new HostFixture();
        var host = await ModelSessionHost.StartAsync(fixture.Services(), Token);
        var server = new KitServer(host, fixture, options ?? new AIAvatarKitOptions(), keys);
        await server._app.StartAsync(Token);
        server.Http.BaseAddress = new Uri(server._app.Urls.First());
        return server;
    }

    public Task<HttpResponseMessage> PostAsync(string path, string json) =>
        Http.PostAsync(path, new StringContent(json, Encoding.UTF8, "application/json"), Token);

    public async Task<string> TextAsync(string path, string json)
    {
        using var answer = await PostAsync(path, json);
        return await answer.Content.ReadAsStringAsync(Token);
    }

    public ValueTask<IPoseSet> OpenAsync(AvatarView view, CancellationToken cancellationToken) => new(new PaintedPoses(view));

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
        await _host.DisposeAsync();
    }
}

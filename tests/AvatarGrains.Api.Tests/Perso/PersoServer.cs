using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using AvatarGrains.Api.Dialects.LiveTalking;
using AvatarGrains.Api.Dialects.Perso;
using AvatarGrains.Api.Tests.Edge;
using AvatarGrains.Conformance;
using AvatarGrains.Conformance.Scripted;
using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Storage;
using AvatarGrains.Core.Storage.InMemory;
using AvatarGrains.Edge;
using AvatarGrains.WebRtc.Sdp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AvatarGrains.Api.Tests.Perso;

/// <summary>
/// The API on free ports over scripted engines; only the media edge is left out. There is one web server for each edge of
/// <see cref="PersoHosts"/>, and a client's requests go to them in turn: what the first knows alone the second does not.
/// </summary>
internal sealed class PersoServer : IPoseLibrary, IAsyncDisposable
{
    private readonly PersoHosts _hosts;
    private readonly WebApplication[] _apps;
    private readonly List<Uri> _addresses = [];
    private int _turn;

    private PersoServer(
        PersoHosts hosts, HostFixture fixture, PersoOptions options, LiveTalkingOptions? liveTalking, Action<IServiceCollection>? more)
    {
        _hosts = hosts;
        Http = new HttpClient(new TakingTurns(this));
        var library = new InMemoryLibraryStore();
        var tenants = new InMemoryTenantStore();
        _apps = [.. hosts.Edges.Select(edge => Build(edge, services =>
        {
            services.AddSingleton<ILibraryStore>(library);
            services.AddSingleton<ITenantStore>(tenants);
            services.AddSingleton<IKnowledgeSource>(fixture.Engines);
            services.AddSingleton<IVoiceActivityDetectors>(fixture.Engines);
            services.AddSingleton<TimeProvider>(fixture.Time);
            more?.Invoke(services);
            services.AddAvatarApi(new EdgeOptions(), options, liveTalking: liveTalking);
        }))];
    }

    public HttpClient Http { get; }

    /// <summary>The web server that the next connection goes to.</summary>
    public Uri Next => _addresses[Interlocked.Increment(ref _turn) % _addresses.Count];

    public IReadOnlyList<AvatarInfo> Avatars { get; } = [new("ada", "Ada", "Drawn", 100, null)];

    public ISessionHost Host => _hosts.Edges[0].Sessions;

    /// <summary>The web servers begin to stop.</summary>
    public void Stop() => Array.ForEach(_apps, static app => app.Lifetime.StopApplication());

    /// <summary>Tenants whose requests are being counted.</summary>
    public Task<int> CountedAsync() => _hosts.CountedAsync();

    /// <param name="options">The dialect's settings.</param>
    /// <param name="fixture">What sessions work with; null for a test that does not care and whose sessions may run beside those of others.</param>
    /// <param name="more">Adds to each web server.</param>
    /// <param name="liveTalking">Settings of the other dialect that it serves.</param>
    public static async Task<PersoServer> StartAsync(
        PersoOptions? options = null,
        HostFixture? fixture = null,
        Action<IServiceCollection>? more = null,
        LiveTalkingOptions? liveTalking = null)
    {
        var hosts = await PersoHosts.StartAsync(fixture);
        var server = new PersoServer(hosts, hosts.Fixture, options ?? new PersoOptions(), liveTalking, more);
        foreach (var app in server._apps)
        {
            await app.StartAsync();
            server._addresses.Add(new Uri(app.Urls.First()));
        }

        server.Http.BaseAddress = server._addresses[0];
        return server;
    }

    public Task<HttpResponseMessage> PostAsync(string path, string json) =>
        Http.PostAsync(path, new StringContent(json, Encoding.UTF8, "application/json"));

    public async Task<string> CreateAsync(string json = """{"capability":["LLM","TTS","STT"],"llm_type":"gpt-4o","tts_type":"yuri","stt_type":"default"}""")
    {
        var created = await PostAsync("/api/v1/session/", json);
        created.EnsureSuccessStatusCode();
        return (await created.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("session_id").GetString()!;
    }

    public ValueTask<IPoseSet> OpenAsync(AvatarView view, CancellationToken cancellationToken) => view.Background is null or ['#', ..]
        ? new ValueTask<IPoseSet>(new PaintedPoses(view))
        : throw new KeyNotFoundException("There is no such picture.");

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        foreach (var app in _apps)
        {
            await app.DisposeAsync();
        }

        await _hosts.DisposeAsync();
    }

    private WebApplication Build(PersoEdge edge, Action<IServiceCollection> more)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(edge.Sessions);
        builder.Services.AddSingleton<IAudioCodecs>(new NoCodecs());
        builder.Services.AddSingleton<IPoseLibrary>(this);
        edge.Add(builder.Services);
        more(builder.Services);
        builder.Services.AddSingleton<IEdgeConnector>(new Connector(edge.Sessions));
        var app = builder.Build();
        app.UseAvatarCors();
        app.MapAvatarApi();
        return app;
    }

    private sealed class Connector(ISessionHost host) : IEdgeConnector
    {
        public async ValueTask<string> ConnectAsync(
            string sessionId, string offer, ChannelDialectFactory dialect, CancellationToken cancellationToken)
        {
            if (!offer.StartsWith("v=0", StringComparison.Ordinal))
            {
                throw new SdpException("The offer has no version line.");
            }

            var result = await host.Open(sessionId).SendAsync(new MarkExchanged(offer, "v=0 answer"), cancellationToken);
            return result.Accepted ? "v=0 answer" : throw new SessionRejectedException(result.Reject!.Value, result.Detail);
        }
    }

    /// <summary>Sends each request to the next web server.</summary>
    private sealed class TakingTurns(PersoServer server) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var next = server.Next;
            request.RequestUri = new UriBuilder(request.RequestUri!) { Host = next.Host, Port = next.Port }.Uri;
            return base.SendAsync(request, cancellationToken);
        }
    }
}

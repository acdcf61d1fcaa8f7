using AvatarGrains.Api.Shared;
using AvatarGrains.Conformance.Model;
using AvatarGrains.Conformance.Time;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Storage;
using AvatarGrains.Core.Storage.InMemory;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AvatarGrains.Api.Tests.Shared;

/// <summary>A web server with a made-up dialect of one test, on the shared parts alone.</summary>
internal sealed class SharedServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private SharedServer(WebApplication app, ManualTimeProvider time) => (_app, Time, Watched) = (app, time, new WatchedTime(time));

    public ManualTimeProvider Time { get; }

    /// <summary>The same clock, for a test that waits for timers.</summary>
    public WatchedTime Watched { get; }

    public HttpClient Http { get; } = new();

    public Uri Address => Http.BaseAddress!;

    /// <param name="map">The endpoints; its filters come from the shape.</param>
    /// <param name="shape">How failures are answered.</param>
    /// <param name="keys">Keys by tenant.</param>
    /// <param name="perMinute">Requests per minute of a tenant, or null.</param>
    public static async Task<SharedServer> StartAsync(
        Action<RouteGroupBuilder, SharedServer> map, IErrorShape shape, Dictionary<string, string>? keys = null, int? perMinute = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var time = new ManualTimeProvider();
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddSingleton<ITenantStore, InMemoryTenantStore>();
        builder.Services.AddSingleton<IRequestRates>(_ => new RequestRates(time));
        builder.Services.AddSingleton(provider => new TenantDirectory(
            provider.GetRequiredService<ITenantStore>(),
            new TenantSettings { Keys = keys ?? [], Keyed = TenantLimits.Keyed with { RequestsPerMinute = perMinute } },
            provider.GetRequiredService<TimeProvider>()));
        builder.Services.AddShared(keys ?? []);
        var server = new SharedServer(builder.Build(), time);
        server._app.UseWebSockets();
        map(server._app.MapGroup("").AnswerErrors(shape), server);
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        server.Http.BaseAddress = new Uri(server._app.Urls.First());
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }
}

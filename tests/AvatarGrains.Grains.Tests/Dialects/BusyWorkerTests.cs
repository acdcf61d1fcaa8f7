using System.Net;
using System.Text.Json;
using AvatarGrains.Api.Tests.Perso;
using AvatarGrains.Grains.Configuration;
using AvatarGrains.Grains.Placement;
using AvatarGrains.Grains.Tests.Harness;
using AvatarGrains.Grains.Workers;
using AvatarGrains.Conformance;
using AvatarGrains.Core.Engines;
using Microsoft.Extensions.DependencyInjection;

namespace AvatarGrains.Grains.Tests.Dialects;

/// <summary>What clients are told, in the words of their dialect, when the workers have no room for what the edge itself asks of them.</summary>
public sealed class BusyWorkerTests : IAsyncDisposable
{
    private readonly HostFixture _fixture = new();
    private LocalCluster? _workers;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _workers?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Theory]
    [InlineData("stt")]
    [InlineData("realtime_stt")]
    public async Task Streaming_recognition_says_so_and_the_socket_lives(string family)
    {
        await using var server = await StartAsync();
        await using var socket = await SocketClient.ConnectAsync(server, await server.CreateAsync());
        await socket.ReadUntilAsync("session.ready");
        await TalkAsync(socket, family, "busy");
        var refused = (await socket.ReadUntilAsync($"{family}.error"))[^1];
        Assert.Equal("busy", refused.GetProperty("id").GetString());
        Assert.Equal(("provider_closed", "All workers are busy."), CodeAndReason(refused));

        Gates.Asr.Leave();
        await TalkAsync(socket, family, "free");
        await socket.SendAsync($"{family}.stop", "end", new { });
        await socket.ReadUntilAsync(family == "stt" ? "stt.result" : "realtime_stt.finished");
    }

    [Fact]
    public async Task Language_model_over_rest_answers_with_the_dialects_error()
    {
        await using var server = await StartAsync();
        var id = await server.CreateAsync();
        const string Question = """{"messages":[{"role":"user","content":"hi"}]}""";
        var refused = await server.PostAsync($"/api/v1/session/{id}/llm/v2/", Question);
        Assert.Equal((HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(1)), (refused.StatusCode, refused.Headers.RetryAfter?.Delta));
        Assert.Contains("All workers are busy.", await refused.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Gates.Llm.Leave();
        var answered = await server.PostAsync($"/api/v1/session/{id}/llm/v2/", Question);
        Assert.Contains("You said hi.", await answered.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Language_model_over_the_socket_answers_with_the_dialects_error()
    {
        await using var server = await StartAsync();
        await using var socket = await SocketClient.ConnectAsync(server, await server.CreateAsync());
        await socket.ReadUntilAsync("session.ready");
        await socket.SendAsync("llm.request", "q", new { messages = new[] { new { role = "user", content = "hi" } } });
        var refused = (await socket.ReadUntilAsync("llm.error"))[^1];
        Assert.Equal("q", refused.GetProperty("id").GetString());
        Assert.Equal(("provider_error", "All workers are busy."), CodeAndReason(refused));
    }

    private WorkerGates Gates => _workers!.Service<WorkerGates>(1);

    /// <summary>A server whose edge asks a worker that has one place for each kind of work, and all are taken.</summary>
    private async Task<PersoServer> StartAsync()
    {
        var one = new WorkerLimit(1, 0);
        var limits = new WorkerLimits { Asr = one, Llm = one, Tts = one, Face = one };
        _workers = await LocalCluster.StartAsync(
            _ => _fixture.Services(), LocalCluster.Times, limits, FeedTransport.Direct, SiloRoles.Edge, SiloRoles.Worker);
        Assert.True(await Gates.Asr.TryEnterAsync(TimeSpan.Zero, Token));
        Assert.True(await Gates.Llm.TryEnterAsync(TimeSpan.Zero, Token));
        return await PersoServer.StartAsync(fixture: _fixture, more: services => services.AddSingleton(_workers.Service<IEngineCatalog>(0)));
    }

    private static async Task TalkAsync(SocketClient socket, string family, string id)
    {
        await socket.SendAsync($"{family}.start", id, new { });
        await socket.ReadUntilAsync($"{family}.started");
        var loud = new byte[3200];
        Array.Fill(loud, (byte)1);
        await socket.SendAsync($"{family}.audio_chunk", id, new { audio_b64 = Convert.ToBase64String(loud) });
        await socket.SendAsync($"{family}.audio_chunk", id, new { audio_b64 = Convert.ToBase64String(new byte[3200]) });
        if (id == "busy")
        {
            await socket.SendAsync($"{family}.stop", id, new { });
        }
    }

    private static (string? Code, string? Reason) CodeAndReason(JsonElement message)
    {
        var payload = message.GetProperty("payload");
        return (payload.GetProperty("code").GetString(), payload.GetProperty("reason").GetString());
    }
}

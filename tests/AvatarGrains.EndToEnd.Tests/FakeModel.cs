using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AvatarGrains.EndToEnd.Tests;

/// <summary>An OpenAI-compatible endpoint whose model answers with the orders it was given: the system message.</summary>
internal sealed class FakeModel : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeModel(WebApplication app)
    {
        _app = app;
        app.Run(AnswerAsync);
    }

    public Uri Address => new(_app.Urls.First());

    /// <summary>Headers of every request.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>A settings file of a server that has this model, named echo.</summary>
    public string Config
    {
        get
        {
            var echo = new { Name = "echo", BaseUrl = new Uri(Address, "v1").ToString(), ApiKey = "none", Model = "echo" };
            return Samples.Config(JsonSerializer.Serialize(new { Engines = new { Llm = new[] { echo } } }));
        }
    }

    public static async Task<FakeModel> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var fake = new FakeModel(builder.Build());
        await fake._app.StartAsync();
        return fake;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        Requests.Enqueue(string.Join('\n', context.Request.Headers.Select(header => $"{header.Key}: {header.Value}")));
        // Pages of any origin may ask, with any header.
        context.Response.Headers.AccessControlAllowOrigin = "*";
        context.Response.Headers.AccessControlAllowHeaders = "*, PersoLive-APIKey";
        if (!context.Request.Path.Value!.EndsWith("/chat/completions", StringComparison.Ordinal))
        {
            context.Response.StatusCode = context.Request.Method == "OPTIONS" ? 204 : 404;
            return;
        }

        using var asked = await JsonDocument.ParseAsync(context.Request.Body);
        var orders = asked.RootElement.GetProperty("messages").EnumerateArray()
            .First(message => message.GetProperty("role").GetString() == "system")
            .GetProperty("content");
        var words = orders.ValueKind == JsonValueKind.String ? orders.GetString()! : orders[0].GetProperty("text").GetString()!;
        context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync(Piece(words, null) + Piece(null, "stop") + "data: [DONE]\n\n", Encoding.UTF8);
    }

    private static string Piece(string? words, string? finish) => "data: " + JsonSerializer.Serialize(new
    {
        id = "c1",
        @object = "chat.completion.chunk",
        created = 1,
        model = "echo",
        choices = new[] { new { index = 0, delta = new { role = "assistant", content = words }, finish_reason = finish } },
    }) + "\n\n";
}

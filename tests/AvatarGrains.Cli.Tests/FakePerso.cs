using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AvatarGrains.Cli.Tests;

/// <summary>A server of the Perso contract, in this process, that records what it is asked and can be told to answer oddly.</summary>
internal sealed class FakePerso : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _sessions;

    private FakePerso(WebApplication app)
    {
        _app = app;
        app.Use(RecordAsync);
        app.MapGet("/api/v1/settings/{kind}/", (string kind) => Results.Text(Lists.GetValueOrDefault(kind, "[]"), "application/json"));
        foreach (var kind in new[] { "prompt", "document", "background_image" })
        {
            app.MapGet($"/api/v1/{kind}/", () => Results.Text(Lists.GetValueOrDefault(kind, "[]"), "application/json"));
        }

        app.MapPost(
            "/api/v1/session/",
            () => Results.Text($$"""{"session_id":"s{{Interlocked.Increment(ref _sessions)}}","status":"CREATED"}""", "application/json", null, 201));
        app.MapGet("/api/v1/session/{id}/", (string id) => Results.Text(
            $$"""
            {
              "session_id": "{{id}}", "status": "TERMINATED", "termination_reason": "MAX_MIN_PER_SESSION_QUOTA_EXCEEDED",
              "capability": [{ "name": "LLM" }]
            }
            """,
            "application/json"));
        app.MapPost(
            "/api/v1/session/{id}/event/create/",
            (string id) => Results.Text("""{"sessionevent_id":"e","terminate":false,"terminate_reason":null}""", "application/json", null, 201));
        app.MapPost("/api/v1/session/{id}/llm/", (string id, HttpContext context) => Llm(context));
        app.MapPost("/api/v1/session/{id}/tts/", () => Results.Text($$"""{"audio":"{{Convert.ToBase64String(Speech)}}"}""", "application/json"));
        app.MapPost("/api/v1/session/{id}/stt/", (Delegate)SttAsync);
    }

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Method, path, key header and body of every request, in order.</summary>
    public ConcurrentQueue<(string Method, string Path, string Key, string Body)> Requests { get; } = new();

    public Dictionary<string, string> Lists { get; } = new()
    {
        ["llm_type"] = """[{"name":"gpt-35"},{"name":"gpt-4o","display_name":"GPT 4o","description":"larger"}]""",
        ["tts_type"] = """[{"name":"yuri","service":"x"}]""",
        ["stt_type"] = """[{"name":"default"}]""",
        ["prompt"] = """[{"prompt_id":"plp-d","name":"Needs one","require_document":true},{"prompt_id":"plp-1","name":"Guide"}]""",
    };

    public byte[] Speech { get; set; } = [.. "RIFF0000WAVEfmt "u8];

    /// <summary>Answers <c>llm/</c>.</summary>
    public Func<HttpContext, Task> Llm { get; set; } = context => WriteAsync(
        context, "data: {\"status\":\"success\",\"sentence\":\"Hello.\"}\n", "data: {\"status\":\"success\",\"sentence\":\"How are you?\"}\n");

    /// <summary>Answers before anything else when it returns true.</summary>
    public Func<HttpContext, Task<bool>> First { get; set; } = _ => Task.FromResult(false);

    /// <summary>Completed when SESSION_END has come.</summary>
    public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IEnumerable<string> Bodies(string pathEnd) =>
        Requests.Where(request => request.Path.EndsWith(pathEnd, StringComparison.Ordinal)).Select(request => request.Body);

    public static async Task<FakePerso> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var fake = new FakePerso(builder.Build());
        await fake._app.StartAsync();
        return fake;
    }

    public static async Task WriteAsync(HttpContext context, params string[] pieces)
    {
        if (!context.Response.HasStarted)
        {
            context.Response.ContentType = "text/plain";
        }

        foreach (var piece in pieces)
        {
            await context.Response.WriteAsync(piece);
            await context.Response.Body.FlushAsync();
        }
    }

    public static async Task<bool> RefuseAsync(HttpContext context, int status, string body, string type = "application/json")
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        await context.Response.WriteAsync(body);
        return true;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task<IResult> SttAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        var file = form.Files["audio"]!;
        return Results.Text($$"""{"text":"{{file.FileName}} {{file.ContentType}} {{file.Length}} {{form["language"]}}"}""", "application/json");
    }

    private async Task RecordAsync(HttpContext context, RequestDelegate next)
    {
        context.Request.EnableBuffering();
        var body = await new StreamReader(context.Request.Body, Encoding.UTF8).ReadToEndAsync();
        context.Request.Body.Position = 0;
        Requests.Enqueue((context.Request.Method, context.Request.Path, context.Request.Headers["PersoLive-APIKey"].ToString(), body));
        if (!await First(context))
        {
            await next(context);
        }

        if (body.Contains("SESSION_END", StringComparison.Ordinal))
        {
            Ended.TrySetResult();
        }
    }
}

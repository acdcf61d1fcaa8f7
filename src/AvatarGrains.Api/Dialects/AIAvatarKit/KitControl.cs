using System.Text.Json.Nodes;
using AvatarGrains.Api.Dialects.AIAvatarKit.Socket;
using AvatarGrains.Api.Shared;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Turns;
using Microsoft.AspNetCore.Http;

namespace AvatarGrains.Api.Dialects.AIAvatarKit;

/// <summary>A body of the control API.</summary>
internal sealed record KitControlBody(string? Name, double? Duration, string? Text, int? Count, IReadOnlyList<string>? Wakewords);

/// <summary>
/// Controls an avatar from outside its conversation: the socket of the query's <c>session_id</c>, else the tenant's newest on this process.
/// </summary>
internal sealed class KitControl(
    KitAccess access, KitRegistry registry, KitContexts contexts, KitQuestions questions, KitLog log, AIAvatarKitOptions options)
{
    private const int DefaultLines = 50;

    public async Task<IResult> StartListeningAsync(HttpContext http)
    {
        var voice = await VoiceAsync(http);
        if (voice.IsListening)
        {
            return Message("already running");
        }

        await voice.ListenAsync(null, http.RequestAborted);
        return Message("start requested");
    }

    public async Task<IResult> StopListeningAsync(HttpContext http)
    {
        await (await VoiceAsync(http)).DeafenAsync(http.RequestAborted);
        return Message("stop requested");
    }

    public async Task<IResult> ListenerAsync(HttpContext http) =>
        Json(new JsonObject { ["is_listening"] = (await FindAsync(http))?.Voice is { IsListening: true } });

    public async Task<IResult> WakeAsync(HttpContext http)
    {
        var body = await BodyAsync(http);
        await (await VoiceAsync(http)).SleepAsync(body.Wakewords is { Count: > 0 } words ? words : options.Wakewords, http.RequestAborted);
        return Message("start requested");
    }

    public async Task<IResult> StatusAsync(HttpContext http)
    {
        var faces = (await VoiceAsync(http)).Faces;
        return Json(new JsonObject { ["current_face"] = faces.Face, ["current_animation"] = faces.Animation });
    }

    public async Task<IResult> FaceAsync(HttpContext http) => Json(new JsonObject { ["current_face"] = (await VoiceAsync(http)).Faces.Face });

    public async Task<IResult> AnimationAsync(HttpContext http) =>
        Json(new JsonObject { ["current_animation"] = (await VoiceAsync(http)).Faces.Animation });

    public async Task<IResult> SetFaceAsync(HttpContext http)
    {
        var body = await BodyAsync(http);
        var voice = await VoiceAsync(http);
        voice.Show(Required(body.Name, "name"), null, body.Duration ?? KitControlRequest.Duration);
        return Json(new JsonObject { ["current_face"] = voice.Faces.Face });
    }

    public async Task<IResult> SetAnimationAsync(HttpContext http)
    {
        var body = await BodyAsync(http);
        var voice = await VoiceAsync(http);
        voice.Show(null, Required(body.Name, "name"), body.Duration ?? KitControlRequest.Duration);
        return Json(new JsonObject { ["current_animation"] = voice.Faces.Animation });
    }

    /// <summary>Says a text with its tags.</summary>
    public async Task<IResult> PerformAsync(HttpContext http)
    {
        var body = await BodyAsync(http);
        await (await VoiceAsync(http)).SayAsync(Required(body.Text, "text"), http.RequestAborted);
        return Results.Text("null", "application/json");
    }

    /// <summary>Asks, and answers when all of the response was made.</summary>
    public async Task<IResult> ConverseAsync(HttpContext http)
    {
        var body = await BodyAsync(http);
        var text = Required(body.Text, "text");
        if ((await FindAsync(http))?.Voice is not { IsListening: true } voice)
        {
            throw KitErrors.Refuse("AIAvatar is not listening.");
        }

        var token = http.RequestAborted;
        var question = await questions.ReadAsync(new KitRequest { Text = text }, voice.Session, token);
        await using var performance = await Performance.StartAsync(voice.Session, question, token);
        await foreach (var output in performance.ReadAsync(token))
        {
            if (output is TurnFailed failed)
            {
                throw KitErrors.Refuse(failed.Detail, StatusCodes.Status500InternalServerError);
            }
        }

        return Message("Done.");
    }

    public async Task<IResult> HistoriesAsync(HttpContext http)
    {
        var socket = await SocketAsync(http);
        var context = await contexts.OpenAsync(socket.Tenant, socket.Ids.ContextId, http.RequestAborted);
        return Json(new JsonObject
        {
            ["histories"] = new JsonArray([.. context.Found.History.Select(line => (JsonNode)new JsonObject
            {
                ["role"] = line.Speaker == Speaker.User ? "user" : "assistant",
                ["content"] = line.Text,
            })]),
        });
    }

    public async Task<IResult> ForgetAsync(HttpContext http)
    {
        var voice = await VoiceAsync(http);
        await voice.Session.SendAsync(new ClearHistory(), http.RequestAborted);
        return Message("deleted");
    }

    public async Task<IResult> LogAsync(HttpContext http)
    {
        var body = await BodyAsync(http);
        var lines = log.Newest(await access.DemandAsync(http), Math.Max(body.Count ?? DefaultLines, 0));
        return Json(new JsonObject { ["lines"] = new JsonArray([.. lines.Select(line => (JsonNode)JsonValue.Create(line))]) });
    }

    /// <summary>The sockets that are connected, of one user where the query names one.</summary>
    public async Task<IResult> SessionsAsync(HttpContext http)
    {
        var tenant = await access.DemandAsync(http);
        var user = http.Request.Query["user_id"].ToString();
        var sockets = registry.Of(tenant).Where(one => user.Length == 0 || one.Ids.UserId == user);
        return Json(new JsonObject
        {
            ["sessions"] = new JsonArray([.. sockets.Select(one => (JsonNode)new JsonObject
            {
                ["session_id"] = one.Ids.SessionId,
                ["user_id"] = one.Ids.UserId,
                ["context_id"] = one.Ids.ContextId,
            })]),
        });
    }

    private async ValueTask<KitControlBody> BodyAsync(HttpContext http) =>
        await JsonBody.ReadAsync(http, KitJson.Default.KitControlBody, options.MaxMessageBytes).DemandAsync();

    private async ValueTask<KitVoice> VoiceAsync(HttpContext http) => (await SocketAsync(http)).Voice!;

    private async ValueTask<KitSocket> SocketAsync(HttpContext http) =>
        await FindAsync(http) ?? throw new RequestException(new RequestError(RequestFault.NotFound, "No client is connected."));

    private async ValueTask<KitSocket?> FindAsync(HttpContext http)
    {
        var sockets = registry.Of(await access.DemandAsync(http));
        var named = http.Request.Query["session_id"].ToString();
        return sockets.LastOrDefault(one => one.Voice is not null && (named.Length == 0 || one.Ids.SessionId == named));
    }

    private static string Required(string? value, string field) =>
        string.IsNullOrEmpty(value) ? throw new RequestException(new RequestError(RequestFault.Missing, $"{field} is required.", field)) : value;

    private static IResult Message(string message) => Json(new JsonObject { ["message"] = message });

    private static IResult Json(JsonObject body) => Results.Text(KitBodies.Bytes(body), "application/json");
}

using AvatarGrains.Api.Health;
using AvatarGrains.Api.Shared;
using AvatarGrains.Api.Shared.FastApi;
using AvatarGrains.Core.Turns;
using Microsoft.AspNetCore.Http;

namespace AvatarGrains.Api.Dialects.LiveTalking.Proxy;

/// <summary>The calls of the proxy API: sessions are controlled here as if it stood before another server.</summary>
internal sealed class ProxyCalls(LiveTalkingSessions sessions, LiveTalkingSpeech speech, LiveTalkingOptions options, HealthClock clock)
{
    private const int LongestText = 5000;
    private const int LongestTitle = 255;

    public IResult Health(HttpContext context)
    {
        var address = AddressOf(context);
        return Answer(json =>
        {
            json.WriteBoolean("livetalking_available", !clock.IsDraining);
            json.WriteString("livetalking_url", address);
        });
    }

    public IResult Session(HttpContext context)
    {
        var address = AddressOf(context);
        return Answer(json =>
        {
            json.WriteString("webrtc_url", address + "/offer");
            json.WriteString("human_url", address + "/human");
            json.WriteString("record_url", address + "/record");
        });
    }

    public async Task<IResult> SendTextAsync(HttpContext context)
    {
        var body = await ReadAsync(context);
        var id = body.SessionId();
        var text = body.Text("text", 1, LongestText);
        var interrupt = body.Flag("interrupt", true);
        if (body.Issues.Count > 0)
        {
            return FastApiAnswers.Unprocessable(body.Issues);
        }

        var session = await sessions.DemandAsync(id, options.Proxy.Tenant, context.RequestAborted);
        await speech.SayAsync(session, new TurnRequest(TurnKind.Say, text), interrupt, context);
        return Done("Text sent successfully");
    }

    /// <summary>Nothing is ever being recorded, so that the end of a recording changes nothing.</summary>
    public async Task<IResult> RecordAsync(HttpContext context)
    {
        var body = await ReadAsync(context);
        var id = body.SessionId();
        var action = body.Choice("action", "start", "stop");
        if (body.Issues.Count > 0)
        {
            return FastApiAnswers.Unprocessable(body.Issues);
        }

        await sessions.DemandAsync(id, options.Proxy.Tenant, context.RequestAborted);
        return action == "stop" ? Done("Recording stopped") : ProxyErrors.Unavailable("recording is not available");
    }

    public async Task<IResult> DownloadAsync(HttpContext context)
    {
        var body = await ReadAsync(context);
        body.SessionId();
        body.OptionalText("title", LongestTitle);
        return body.Issues.Count > 0
            ? FastApiAnswers.Unprocessable(body.Issues)
            : FastApiAnswers.Detail(
                StatusCodes.Status404NotFound, "No recording found. Make sure you stopped recording before downloading.");
    }

    private static async ValueTask<ProxyBody> ReadAsync(HttpContext context) =>
        new(await JsonBody.ReadAsync(context, LiveTalkingJson.Default.JsonElement, LiveTalkingSpeech.MaxJsonBytes).DemandAsync());

    private static IResult Done(string message) => Answer(json =>
    {
        json.WriteBoolean("success", true);
        json.WriteString("message", message);
    });

    private static IResult Answer(Action<System.Text.Json.Utf8JsonWriter> body) => Results.Text(LiveTalkingAnswers.Write(body), "application/json");

    private string AddressOf(HttpContext context)
    {
        if (options.Proxy.PublicUrl is { Length: > 0 } address)
        {
            return address.TrimEnd('/');
        }

        var request = context.Request;
        return options.OwnPort ? $"{request.Scheme}://{request.Host.Host}:{options.Port}" : $"{request.Scheme}://{request.Host}";
    }
}

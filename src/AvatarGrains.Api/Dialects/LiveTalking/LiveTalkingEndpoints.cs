using AvatarGrains.Api.Shared;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AvatarGrains.Api.Dialects.LiveTalking;

/// <summary>The paths of the dialect.</summary>
internal static class LiveTalkingEndpoints
{
    // Clients of the dialect know no key; where this server asks for one, they send it as other programs do.
    private static readonly KeySource Key = new() { Header = "X-API-Key", Bearer = true, Query = "key" };

    public static void Map(IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("").AnswerErrors(new LiveTalkingErrors()).RequireKey(Key)
            .RequireCors(LiveTalkingDialect.CorsPolicy).WithTags("LiveTalking");
        MapConnecting(api);
        MapSpeaking(api);
        MapAdmin(api);
    }

    private static void MapConnecting(RouteGroupBuilder api)
    {
        api.MapPost("/offer", (HttpContext context, LiveTalkingSignalling signalling) => signalling.OfferAsync(context))
            .WithSummary("Make a session and answer its WebRTC offer").Accepts<OfferRequest>("application/json", "*/*").Produces<OfferAnswer>();
        api.MapPost("/whep", (HttpContext context, LiveTalkingSignalling signalling) => signalling.WhepAsync(context))
            .WithSummary("Make a session by WHEP: an SDP offer, answered by SDP").Produces<string>(201, "application/sdp");
        api.MapDelete("/whep/{id}", (string id, HttpContext context, LiveTalkingSignalling signalling) => signalling.EndAsync(id, context))
            .WithSummary("End a session of WHEP");
    }

    private static void MapSpeaking(RouteGroupBuilder api)
    {
        api.MapPost("/human", (HttpContext context, LiveTalkingSpeech speech) => speech.HumanAsync(context))
            .WithSummary("Say a text, or answer it").Accepts<HumanRequest>("application/json", "*/*");
        api.MapPost("/humanaudio", (HttpContext context, LiveTalkingSpeech speech) => speech.HumanAudioAsync(context))
            .WithSummary("Say recorded speech: multipart with sessionid and file");
        api.MapPost("/interrupt_talk", (HttpContext context, LiveTalkingSpeech speech) => speech.InterruptAsync(context))
            .WithSummary("Stop speaking").Accepts<SessionRequest>("application/json", "*/*");
        api.MapPost("/is_speaking", (HttpContext context, LiveTalkingSpeech speech) => speech.IsSpeakingAsync(context))
            .WithSummary("Whether the avatar speaks").Accepts<SessionRequest>("application/json", "*/*");
        api.MapPost("/set_audiotype", (HttpContext context, LiveTalkingSpeech speech) => speech.SetAudioTypeAsync(context))
            .WithSummary("Show a clip of the session's own; sessions here have none").Accepts<AudioTypeRequest>("application/json", "*/*");
        api.MapPost("/record", (HttpContext context, LiveTalkingSpeech speech) => speech.RecordAsync(context))
            .WithSummary("Record the session; not available").Accepts<RecordRequest>("application/json", "*/*");
        api.MapGet("/record/{id}", (string id) => LiveTalkingAnswers.Failed($"There is no recording of {id}.", status: 404))
            .WithSummary("A recording; there are none");
        api.MapGet("/sse", (HttpContext context, LiveTalkingEvents events) => events.StreamAsync(context))
            .WithSummary("Events: each sentence as it starts and ends").Produces<string>(200, "text/event-stream");
        api.MapGet("/api/asr", (HttpContext context, LiveTalkingRecognition recognition) => recognition.AcceptAsync(context))
            .WithSummary("WebSocket: speech to text").ExcludeFromDescription();
    }

    private static void MapAdmin(RouteGroupBuilder api)
    {
        api.MapGet("/api/admin/config", (HttpContext context, LiveTalkingAdmin admin) => admin.ConfigAsync(context)).WithSummary("Settings");
        api.MapGet("/api/admin/sessions", (HttpContext context, LiveTalkingAdmin admin) => admin.SessionsAsync(context))
            .WithSummary("Sessions whose clients are connected to this process");
        api.MapPost("/api/avatar/task", (HttpContext context, LiveTalkingAvatarTasks tasks) => tasks.CreateAsync(context))
            .WithSummary("Make an avatar from a video; fails, this server makes none");
        api.MapGet("/api/avatar/tasks", (HttpContext context, LiveTalkingAvatarTasks tasks) => tasks.List(context)).WithSummary("Avatar tasks");
        api.MapGet("/api/avatar/task/{id}", (string id, HttpContext context, LiveTalkingAvatarTasks tasks) => tasks.Get(id, context))
            .WithSummary("An avatar task");
        api.MapDelete("/api/avatar/task/{id}", (string id, HttpContext context, LiveTalkingAvatarTasks tasks) => tasks.Delete(id, context))
            .WithSummary("Delete a pending avatar task");
    }
}

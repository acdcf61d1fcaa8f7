using AvatarGrains.Api.Dialects.AIAvatarKit.Socket;
using AvatarGrains.Api.Shared;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AvatarGrains.Api.Dialects.AIAvatarKit;

/// <summary>The paths of the dialect.</summary>
internal static class KitEndpoints
{
    private const string Json = "application/json";

    public static void Map(IEndpointRouteBuilder app)
    {
        var talk = app.MapGroup("").AnswerErrors(new KitErrors()).WithTags("AIAvatarKit");
        talk.MapPost("/chat", (HttpContext http, KitChat chat) => chat.ChatAsync(http))
            .WithSummary("One turn by text, audio or pictures, answered as events").Accepts<KitRequest>(Json, "*/*");
        talk.MapPost("/start", (HttpContext http, KitChat chat) => chat.StartAsync(http))
            .WithSummary("A session begins").Accepts<KitRequest>(Json, "*/*");
        talk.MapPost("/chat-messages", (HttpContext http, KitDify dify) => dify.ChatAsync(http))
            .WithSummary("One turn, for clients of Dify").Accepts<KitDifyRequest>(Json, "*/*");
        talk.MapPost("/v1/chat/completions", (HttpContext http, KitCompletions completions) => completions.AnswerAsync(http))
            .WithSummary("The language model, for clients of OpenAI").Accepts<KitCompletionRequest>(Json, "*/*");
        talk.MapPost("/transcribe", (HttpContext http, KitSpeech speech) => speech.TranscribeAsync(http))
            .WithSummary("Speech to text: multipart with audio");
        talk.MapPost("/synthesize", (HttpContext http, KitSpeech speech) => speech.SynthesizeAsync(http))
            .WithSummary("Text to a WAVE file").Accepts<KitSynthesizeRequest>(Json, "*/*");
        talk.MapGet("/ws", (HttpContext http, KitSockets sockets) => sockets.TalkAsync(http)).ExcludeFromDescription();
        talk.MapGet("/ws/stt", (HttpContext http, KitSockets sockets) => sockets.RecognizeAsync(http)).ExcludeFromDescription();
        MapControl(app.MapGroup("").AnswerErrors(new KitControlErrors()).WithTags("AIAvatarKit control"));
    }

    private static void MapControl(RouteGroupBuilder control)
    {
        control.MapGet("/ws/sessions", (HttpContext http, KitControl kit) => kit.SessionsAsync(http)).WithSummary("Connected sockets");
        control.MapPost("/listener/start", (HttpContext http, KitControl kit) => kit.StartListeningAsync(http)).WithSummary("Open the microphone");
        control.MapPost("/listener/stop", (HttpContext http, KitControl kit) => kit.StopListeningAsync(http)).WithSummary("Close the microphone");
        control.MapGet("/listener/status", (HttpContext http, KitControl kit) => kit.ListenerAsync(http)).WithSummary("Whether it is open");
        control.MapPost("/wakeword/start", (HttpContext http, KitControl kit) => kit.WakeAsync(http))
            .WithSummary("Listen for wakewords").Accepts<KitControlBody>(Json, "*/*");
        control.MapGet("/avatar/status", (HttpContext http, KitControl kit) => kit.StatusAsync(http)).WithSummary("Face and animation now");
        control.MapGet("/avatar/face", (HttpContext http, KitControl kit) => kit.FaceAsync(http)).WithSummary("The face now");
        control.MapPost("/avatar/face", (HttpContext http, KitControl kit) => kit.SetFaceAsync(http))
            .WithSummary("Show a face").Accepts<KitControlBody>(Json, "*/*");
        control.MapGet("/avatar/animation", (HttpContext http, KitControl kit) => kit.AnimationAsync(http)).WithSummary("The animation now");
        control.MapPost("/avatar/animation", (HttpContext http, KitControl kit) => kit.SetAnimationAsync(http))
            .WithSummary("Show an animation").Accepts<KitControlBody>(Json, "*/*");
        control.MapPost("/avatar/perform", (HttpContext http, KitControl kit) => kit.PerformAsync(http))
            .WithSummary("Say a text with its tags").Accepts<KitControlBody>(Json, "*/*");
        control.MapPost("/conversation", (HttpContext http, KitControl kit) => kit.ConverseAsync(http))
            .WithSummary("Ask").Accepts<KitControlBody>(Json, "*/*");
        control.MapGet("/conversation/histories", (HttpContext http, KitControl kit) => kit.HistoriesAsync(http)).WithSummary("What was said");
        control.MapDelete("/conversation/histories", (HttpContext http, KitControl kit) => kit.ForgetAsync(http)).WithSummary("Forget it");
        control.MapPost("/system/log", (HttpContext http, KitControl kit) => kit.LogAsync(http))
            .WithSummary("What happened lately").Accepts<KitControlBody>(Json, "*/*");
    }
}

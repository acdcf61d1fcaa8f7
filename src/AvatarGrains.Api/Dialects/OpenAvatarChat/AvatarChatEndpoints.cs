using AvatarGrains.Api.Shared;
using AvatarGrains.Api.Shared.FastApi;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Sessions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace AvatarGrains.Api.Dialects.OpenAvatarChat;

/// <summary>The requests of the API backend.</summary>
internal sealed class AvatarChatEndpoints(
    AvatarChatSessions sessions, AvatarChatTurns turns, IEngineCatalog engines, IPoseLibrary library, OpenAvatarChatOptions options)
{
    /// <summary>Where clients put their key when this server has keys.</summary>
    public static readonly KeySource Key = new() { Bearer = true, Header = "X-API-Key" };

    private const string Version = "1.0.0";
    private const int UsualIdleFrames = 30;

    public static void Map(IEndpointRouteBuilder app, OpenAvatarChatOptions options)
    {
        var api = app.MapGroup("/api/v1").AnswerErrors(new FastApiErrors()).WithTags("OpenAvatarChat").RequireCors(cors =>
        {
            cors.AllowAnyHeader().AllowAnyMethod();
            if (options.CorsOrigins.Contains("*"))
            {
                cors.AllowAnyOrigin();
            }
            else
            {
                cors.WithOrigins([.. options.CorsOrigins]).AllowCredentials();
            }
        });
        var keyed = api.MapGroup("").RequireKey(Key);
        keyed.MapGet("/pipeline/status", (AvatarChatEndpoints chat) => chat.Pipeline())
            .WithSummary("Stages of the pipeline").Produces<PipelineAnswer>();
        keyed.MapPost("/sessions", (HttpContext context, AvatarChatEndpoints chat) => chat.CreateAsync(context))
            .WithSummary("Create a session").Accepts<SessionRequest>("application/json", "*/*").Produces<SessionAnswer>();
        var session = api.MapGroup("/sessions/{id}").CountForSession();
        session.MapGet("", (string id, HttpContext context, AvatarChatEndpoints chat) => chat.GetAsync(id, context))
            .WithSummary("A session").Produces<SessionAnswer>();
        session.MapDelete("", (string id, HttpContext context, AvatarChatEndpoints chat) => chat.EndAsync(id, context))
            .WithSummary("End a session").Produces<MessageAnswer>();
        session.MapPost("/text", (string id, HttpContext context, AvatarChatEndpoints chat) => chat.TextAsync(id, context))
            .WithSummary("Ask by text, or get pictures of the face at rest")
            .Accepts<TextRequest>("application/json", "*/*")
            .Produces<TurnAnswer>();
        session.MapPost("/audio", (string id, HttpContext context, AvatarChatEndpoints chat) => chat.AudioAsync(id, context))
            .WithSummary("Ask by voice: multipart with audio").Produces<TurnAnswer>();
        session.MapGet("/ws", (string id, HttpContext context, AvatarChatSockets sockets) => sockets.AcceptAsync(id, context))
            .WithSummary("WebSocket: questions and answers").ExcludeFromDescription();
        if (options.AnswersRoot)
        {
            app.MapGet("/", Root).ExcludeFromDescription();
        }
    }

    private static IResult Root() => Results.Json(
        new RootAnswer("OpenAvatarChat API Backend", "/api/docs", "/api/v1/health", Version), AvatarChatBodies.Readable.RootAnswer);

    private IResult Pipeline() => Results.Json(
        new PipelineAnswer(
            true,
            new StageAnswer(true, []),
            Stage(engines.Recognizers.Select(one => one.Name)),
            Stage(engines.LanguageModels.Select(one => one.Name)),
            Stage(engines.Voices.Select(one => one.Name)),
            Stage(library.Avatars.Select(one => one.Name)),
            sessions.Count),
        AvatarChatBodies.Readable.PipelineAnswer);

    private static StageAnswer Stage(IEnumerable<string> names)
    {
        var all = names.ToArray();
        return new StageAnswer(all.Length > 0, all);
    }

    private async Task<IResult> CreateAsync(HttpContext context)
    {
        var request = new SessionRequest();
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: false })
        {
            var read = await JsonBody.ReadAsync(context, AvatarChatJson.Default.SessionRequest, options.MaxJsonBytes);
            if (read.Is(out var given, out var error))
            {
                request = given;
            }
            else if (error.Fault is not (RequestFault.Empty or RequestFault.NullBody))
            {
                throw new RequestException(error);
            }
        }

        try
        {
            var session = await sessions.CreateAsync(request, Callers.TenantOf(context), context.RequestAborted);
            return Results.Json(sessions.Answer(session), AvatarChatBodies.Readable.SessionAnswer);
        }
        catch (Exception failed) when (failed is RequestException or SessionRejectedException)
        {
            throw Failed(failed, "Failed to create session");
        }
    }

    private async Task<IResult> GetAsync(string id, HttpContext context) => Results.Json(
        sessions.Answer(await sessions.DemandAsync(id, context.RequestAborted)), AvatarChatBodies.Readable.SessionAnswer);

    private async Task<IResult> EndAsync(string id, HttpContext context)
    {
        await sessions.EndAsync(id, context.RequestAborted);
        return Results.Json(new MessageAnswer("Session ended successfully"), AvatarChatBodies.Readable.MessageAnswer);
    }

    private async Task<IResult> TextAsync(string id, HttpContext context)
    {
        var request = await JsonBody.ReadAsync(context, AvatarChatJson.Default.TextRequest, options.MaxJsonBytes).DemandAsync();
        if (request.GetIdleFrames != true && Wrong(request.Text) is { } issue)
        {
            return FastApiAnswers.Unprocessable(issue);
        }

        var session = await sessions.DemandAsync(id, context.RequestAborted);
        try
        {
            if (request.GetIdleFrames == true)
            {
                var count = Math.Clamp(request.FrameCount ?? UsualIdleFrames, 0, options.MaxIdleFrames);
                var pictures = await turns.RestAsync(session, count, context.RequestAborted);
                return Answer("Idle frames generated successfully", "", WholeTurn.Nothing with { Pictures = pictures });
            }

            return Answer("Text processed successfully", request.Text!, await turns.AskAsync(session, request.Text!, context.RequestAborted));
        }
        catch (Exception failed) when (failed is RequestException or SessionRejectedException)
        {
            throw Failed(failed, "Failed to process text");
        }
    }

    private FastApiIssue? Wrong(string? text) =>
        text is null ? FastApiIssue.Missing("text")
        : string.IsNullOrWhiteSpace(text) ? FastApiIssue.TooShort("text", text, 1)
        : text.Length > options.MaxTextLength ? FastApiIssue.TooLong("text", text, options.MaxTextLength)
        : null;

    private async Task<IResult> AudioAsync(string id, HttpContext context)
    {
        var form = await Forms.ReadAsync(context, options.MaxAudioBytes).DemandAsync("audio");
        if (form.Files["audio"] is not { } file)
        {
            return FastApiAnswers.Unprocessable(FastApiIssue.Missing("audio"));
        }

        var session = await sessions.DemandAsync(id, context.RequestAborted);
        try
        {
            var heard = await turns.HearAsync(session, await Forms.BytesAsync(file, context.RequestAborted), context.RequestAborted);
            var turn = heard.Length == 0 ? WholeTurn.Nothing : await turns.AskAsync(session, heard, context.RequestAborted);
            return Answer("Audio processed successfully", heard, turn);
        }
        catch (Exception failed) when (failed is RequestException or SessionRejectedException)
        {
            throw Failed(failed, "Failed to process audio");
        }
    }

    private static IResult Answer(string message, string question, WholeTurn turn) => Results.Json(
        new TurnAnswer(message, question, turn.Text, turn.Audio, turn.Pictures), AvatarChatBodies.Readable.TurnAnswer);

    /// <summary>
    /// What a client is told of a failure: that it has no session, that it must wait or send less, and in everything else that it failed.
    /// </summary>
    private static RequestException Failed(Exception failure, string what) => RequestError.Of(failure) switch
    {
        { Fault: RequestFault.NotFound or RequestFault.SessionEnded } => AvatarChatSessions.NotFound(),
        { Fault: RequestFault.Throttled or RequestFault.Busy or RequestFault.TooLarge } known => new RequestException(known),
        { } other => new RequestException(other with { Fault = RequestFault.Bug, Detail = what, Status = StatusCodes.Status500InternalServerError }),
    };
}

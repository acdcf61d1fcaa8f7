using AvatarGrains.Api.Dialects.Perso.Library;
using AvatarGrains.Api.Dialects.Perso.Socket;
using AvatarGrains.Api.Health;
using AvatarGrains.Api.Shared;
using AvatarGrains.Core.Sessions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AvatarGrains.Api.Dialects.Perso;

/// <summary>The paths of the dialect.</summary>
internal static class PersoEndpoints
{
    private static readonly KeySource Key = new() { Header = "PersoLive-APIKey" };

    public static void Map(IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/api/v1").AnswerErrors(new PersoErrors()).WithTags("Perso");
        var keyed = api.MapGroup("").RequireKey(Key);
        MapSettings(keyed);
        PersoLibraryEndpoints.Map(keyed, api);
        api.MapGet("/avatars/{name}.jpg", (string name, HttpContext context, PersoSettings settings) => settings.AvatarPictureAsync(name, context))
            .WithSummary("A picture of an avatar");
        MapSession(api.MapGroup("/session/{id}").CountForSession());
        // What no dialect serves under this prefix is answered in this one's words.
        api.MapFallback("/{**path}", Missing);
    }

    private static void MapSettings(RouteGroupBuilder keyed)
    {
        keyed.MapGet("/settings/llm_type/", (PersoSettings settings) => settings.LlmTypes())
            .WithSummary("Language models").Produces<IReadOnlyList<PersoNamed>>();
        keyed.MapGet("/settings/tts_type/", (PersoSettings settings) => settings.TtsTypes())
            .WithSummary("Voices").Produces<IReadOnlyList<PersoTtsType>>();
        keyed.MapGet("/settings/stt_type/", (PersoSettings settings) => settings.SttTypes())
            .WithSummary("Recognizers").Produces<IReadOnlyList<PersoSttType>>();
        keyed.MapGet("/settings/stt_type/v2/", (PersoSettings settings) => settings.SttTypesV2())
            .WithSummary("Recognizers with their modes").Produces<IReadOnlyList<PersoSttTypeV2>>();
        keyed.MapGet("/settings/modelstyle/", (PersoSettings settings, string? platform_type) => settings.ModelStyles(platform_type))
            .WithSummary("Avatars").Produces<IReadOnlyList<PersoModelStyle>>();
        keyed.MapGet("/settings/capability/", (PersoSettings settings) => settings.Capabilities())
            .WithSummary("Capabilities").Produces<IReadOnlyList<PersoCapabilityItem>>();
        keyed.MapGet("/settings/mcp_type/", PersoSettings.Nothing).WithSummary("Tool servers");
        keyed.MapGet("/settings/text_normalization_config/", PersoSettings.Nothing).WithSummary("Text normalization");
        keyed.MapGet("/settings/text_normalization_config/{id}/download/", Missing)
            .WithSummary("Rules of a text normalization; there are none")
            .Produces<PersoErrorBody>(404);
        // While an edge sends its clients away its sessions go on, so that their host does not refuse yet.
        keyed.MapPost("/session/", (HttpContext context, PersoSessions sessions, HealthClock clock) => clock.IsDraining
                ? throw new SessionRejectedException(RejectReason.Draining, "The server is shutting down.")
                : sessions.CreateAsync(context))
            .WithSummary("Create a session").Accepts<PersoSessionRequest>("application/json", "*/*").Produces<PersoSessionCreated>(201)
            .Produces<PersoErrorBody>(400);
    }

    private static void MapSession(RouteGroupBuilder session)
    {
        session.MapGet("/", (string id, HttpContext context, PersoSessions sessions) => sessions.GetAsync(id, context))
            .WithSummary("A session").Produces<PersoSessionView>().Produces<PersoErrorBody>(404);
        session.MapPost("/event/create/", (string id, HttpContext context, PersoSessions sessions) => sessions.CreateEventAsync(id, context))
            .WithSummary("Record an event; start, keep alive or end the session")
            .Accepts<PersoEventRequest>("application/json", "*/*")
            .Produces<PersoEventCreated>(201);
        session.MapGet("/ice-servers/", (string id, HttpContext context, PersoSessions sessions) => sessions.IceServersAsync(id, context))
            .WithSummary("STUN and TURN servers").Produces<PersoIceServers>();
        session.MapPost("/exchange/", (string id, HttpContext context, PersoSessions sessions) => sessions.ExchangeAsync(id, context))
            .WithSummary("Answer a WebRTC offer").Accepts<PersoExchangeRequest>("application/json", "*/*").Produces<PersoExchangeAnswer>();
        session.MapPost("/llm/", (string id, HttpContext context, PersoLanguage language) => language.AskAsync(id, context))
            .WithSummary("Ask by text; the history is kept here")
            .Accepts<PersoLlmRequest>("application/json", "*/*")
            .Produces<string>(200, "text/plain");
        session.MapPost("/llm/v2/", (string id, HttpContext context, PersoLanguage language) => language.ChatAsync(id, context))
            .WithSummary("Ask with the client's own history and tools")
            .Accepts<PersoChatRequest>("application/json", "*/*")
            .Produces<string>(200, "text/plain");
        session.MapPost("/tts/", (string id, HttpContext context, PersoSpeech speech) => speech.SpeakAsync(id, context))
            .WithSummary("Text to speech").Accepts<PersoTtsRequest>("application/json", "*/*").Produces<PersoTtsAnswer>();
        session.MapPost("/stt/", (string id, HttpContext context, PersoSpeech speech) => speech.RecognizeAsync(id, context))
            .WithSummary("Speech to text: multipart with audio and language").Produces<PersoSttAnswer>();
        session.MapGet("/stream/", (string id, HttpContext context, PersoSessions sessions) => PersoStreamPage.ShowAsync(id, context, sessions))
            .WithSummary("A page that plays the session").Produces<string>(200, "text/html").Produces<PersoErrorBody>(404);
        session.MapGet("/ws/", (string id, HttpContext context, PersoSockets sockets) => sockets.AcceptAsync(id, context))
            .WithSummary("WebSocket: recognition, language model and speech").ExcludeFromDescription();
    }

    private static IResult Missing() => throw new PersoException(404, "not_found", "Not found.");
}

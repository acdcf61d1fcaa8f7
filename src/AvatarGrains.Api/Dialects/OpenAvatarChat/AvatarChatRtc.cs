using System.Text.Json;
using System.Text.Json.Nodes;
using AvatarGrains.Api.Shared;
using AvatarGrains.Api.Shared.FastApi;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Edge;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AvatarGrains.Api.Dialects.OpenAvatarChat;

/// <summary>
/// Signalling of the WebRTC page: the client chooses the id of its session. Its candidates need not be kept, for its checks come from them.
/// </summary>
internal sealed class AvatarChatRtc(ISessionHost host, IEdgeConnector edge, AvatarChatSessions sessions, OpenAvatarChatOptions options)
{
    private const int LongestId = 200;

    private readonly AvatarChatRoom _room = new(host, options.ConcurrentLimit ?? int.MaxValue);

    public static void Map(IEndpointRouteBuilder app)
    {
        var rtc = app.MapGroup("").AnswerErrors(new FastApiErrors()).WithTags("OpenAvatarChat");
        rtc.MapGet("/openavatarchat/initconfig", (AvatarChatRtc chat) => chat.Configuration()).WithSummary("What the page must know");
        rtc.MapPost("/webrtc/offer", (HttpContext context, AvatarChatRtc chat) => chat.OfferAsync(context))
            .RequireKey(AvatarChatEndpoints.Key)
            .WithSummary("Answer a WebRTC offer, or take a candidate")
            .Accepts<OfferRequest>("application/json", "*/*")
            .Produces<OfferAnswer>();
    }

    private IResult Configuration()
    {
        var servers = options.IceServers.Select(one =>
        {
            var server = new JsonObject { ["urls"] = new JsonArray([.. one.Urls.Select(url => (JsonNode)url)]) };
            if (one.Username is not null)
            {
                (server["username"], server["credential"]) = (one.Username, one.Credential);
            }

            return (JsonNode)server;
        }).ToArray();
        var body = new JsonObject
        {
            ["avatar_config"] = new JsonObject(),
            ["rtc_configuration"] = servers.Length == 0 ? null : new JsonObject { ["iceServers"] = new JsonArray(servers) },
        };
        return Results.Text(body.ToJsonString(), "application/json");
    }

    private async Task<IResult> OfferAsync(HttpContext context)
    {
        var request = await JsonBody.ReadAsync(context, AvatarChatJson.Default.OfferRequest, options.MaxJsonBytes).DemandAsync();
        if (request.WebrtcId is not { Length: > 0 and <= LongestId } id)
        {
            return FastApiAnswers.Unprocessable(FastApiIssue.Missing("webrtc_id"));
        }

        var tenant = Callers.TenantOf(context);
        var known = await host.FindByClientIdAsync(tenant, AvatarChatSessions.Dialect, id, context.RequestAborted);
        return request.Type switch
        {
            "ice-candidate" => Candidate(known, request.Candidate),
            "offer" when request.Sdp is { } offer => known is null
                ? await ConnectAsync(id, offer, tenant, context.RequestAborted)
                : Failed("connection_already_exists"),
            "offer" => FastApiAnswers.Unprocessable(FastApiIssue.Missing("sdp")),
            _ => FastApiAnswers.Unprocessable(FastApiIssue.Missing("type")),
        };
    }

    private async Task<IResult> ConnectAsync(string id, string offer, string tenant, CancellationToken cancellationToken)
    {
        if (!await _room.IsThereAsync(cancellationToken))
        {
            return Failed("concurrency_limit_reached", options.ConcurrentLimit);
        }

        var spec = sessions.SpecOf(new SessionRequest(), tenant);
        var session = await host.CreateAsync(
            spec with { Capabilities = spec.Capabilities | Capabilities.StfWebRtc, ClientId = id }, cancellationToken);
        _room.Add(session.Id);
        try
        {
            var answer = await edge.ConnectAsync(session.Id, offer, control => new AvatarChatChannel(control), cancellationToken);
            return Results.Json(new OfferAnswer(answer, "answer"), AvatarChatBodies.Readable.OfferAnswer);
        }
        catch
        {
            await host.Open(session.Id).SendAsync(new EndSession(TerminationReason.GracefulTermination, "The offer was not answered."), default);
            _room.Remove(session.Id);
            throw;
        }
    }

    private static IResult Candidate(SessionSnapshot? known, JsonElement? candidate)
    {
        if (known is null)
        {
            return Failed("unknown_connection");
        }

        var good = candidate is { ValueKind: JsonValueKind.Object } one
            && one.TryGetProperty("candidate", out var text) && text.ValueKind == JsonValueKind.String;
        return good ? Results.Text("""{"status":"success"}""", "application/json") : Failed("invalid_candidate_format");
    }

    /// <summary>Failures have status 200 here: clients read the body.</summary>
    private static IResult Failed(string error, int? limit = null)
    {
        var meta = new JsonObject { ["error"] = error };
        if (limit is not null)
        {
            meta["limit"] = limit;
        }

        return Results.Text(new JsonObject { ["status"] = "failed", ["meta"] = meta }.ToJsonString(), "application/json");
    }
}

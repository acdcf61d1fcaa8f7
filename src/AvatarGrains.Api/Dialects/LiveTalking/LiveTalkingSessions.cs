using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using AvatarGrains.Api.Health;
using AvatarGrains.Api.Shared;
using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Edge;

namespace AvatarGrains.Api.Dialects.LiveTalking;

/// <summary>Makes sessions, and finds them by the id that their clients know: a UUID, or a number of six digits. Thread-safe.</summary>
internal sealed class LiveTalkingSessions(
    ISessionHost host,
    IEdgeConnector edge,
    LiveTalkingVoices voices,
    EngineNames names,
    TenantDirectory tenants,
    LiveTalkingOptions options,
    HealthClock clock)
{
    private const string DialectName = "livetalking";
    private const int Attempts = 16;
    private const int LongestId = 64;

    private readonly ConcurrentDictionary<string, (string Tenant, string ClientId)> _connected = new();

    /// <summary>Makes a session and connects its client.</summary>
    /// <returns>The session, with the id for the client, and the complete SDP answer.</returns>
    public async ValueTask<(SessionSnapshot Session, string Answer)> ConnectAsync(
        OfferRequest request, string tenant, CancellationToken cancellationToken)
    {
        if (clock.IsDraining)
        {
            throw new SessionRejectedException(RejectReason.Draining, "The server is shutting down.");
        }

        CheckConfig(request.CustomConfig);
        var session = await CreateAsync(request, tenant, cancellationToken);
        try
        {
            _connected[session.Id] = (tenant, session.Spec.ClientId!);
            var answer = await edge.ConnectAsync(
                session.Id, request.Sdp!, _ => new LiveTalkingChannel(() => _connected.TryRemove(session.Id, out var _)), cancellationToken);
            return (session, answer);
        }
        catch
        {
            // Its client does not know of it.
            _connected.TryRemove(session.Id, out var _);
            await EndAsync(session, CancellationToken.None);
            throw;
        }
    }

    /// <exception cref="RequestException">There is no such session, or none is named.</exception>
    public ValueTask<SessionSnapshot> DemandAsync(JsonElement? id, string tenant, CancellationToken cancellationToken) =>
        DemandAsync(TextOf(id), tenant, cancellationToken);

    /// <exception cref="RequestException">There is no such session, or none is named.</exception>
    public async ValueTask<SessionSnapshot> DemandAsync(string? id, string tenant, CancellationToken cancellationToken) =>
        (id is { Length: > 0 and <= LongestId } ? await host.FindByClientIdAsync(tenant, DialectName, id, cancellationToken) : null)
        ?? throw new RequestException(new RequestError(RequestFault.NotFound, LiveTalkingErrors.SessionNotFound));

    /// <summary>Hands over a command.</summary>
    /// <exception cref="SessionRejectedException">It is refused.</exception>
    public async ValueTask<CommandResult> SendAsync(SessionSnapshot session, SessionCommand command, CancellationToken cancellationToken)
    {
        var result = await host.Open(session.Id).SendAsync(command, cancellationToken);
        return result.Accepted ? result : throw new SessionRejectedException(result.Reject!.Value, result.Detail);
    }

    public async ValueTask EndAsync(SessionSnapshot session, CancellationToken cancellationToken) =>
        await host.Open(session.Id).SendAsync(new EndSession(TerminationReason.GracefulTermination), cancellationToken);

    public ISession Open(SessionSnapshot session) => host.Open(session.Id);

    /// <summary>The tenant's sessions whose clients are connected to this process.</summary>
    public async ValueTask<IReadOnlyList<SessionSnapshot>> ListAsync(string tenant, CancellationToken cancellationToken)
    {
        var all = new List<SessionSnapshot>();
        foreach (var (_, clientId) in _connected.Values.Where(one => one.Tenant == tenant))
        {
            if (await host.FindByClientIdAsync(tenant, DialectName, clientId, cancellationToken) is { } session)
            {
                all.Add(session);
            }
        }

        return [.. all.OrderBy(session => session.CreatedAt)];
    }

    /// <summary>Writes a session's id as its client got it.</summary>
    public void WriteId(Utf8JsonWriter json, SessionSnapshot session)
    {
        if (options.LegacyIds && int.TryParse(session.Spec.ClientId, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            json.WriteNumber("sessionid", number);
        }
        else
        {
            json.WriteString("sessionid", session.Spec.ClientId);
        }
    }

    /// <summary>An id as text, whether it came as text or as a number; null for anything else.</summary>
    public static string? TextOf(JsonElement? id) => id switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt64(out var value) => value.ToString(CultureInfo.InvariantCulture),
        _ => null,
    };

    private static void CheckConfig(string? config)
    {
        if (string.IsNullOrEmpty(config))
        {
            return;
        }

        try
        {
            using var parsed = JsonDocument.Parse(config);
        }
        catch (JsonException)
        {
            throw new RequestException(new RequestError(RequestFault.Invalid, "custom_config is not valid JSON."));
        }
    }

    private async ValueTask<SessionSnapshot> CreateAsync(OfferRequest request, string tenant, CancellationToken cancellationToken)
    {
        var avatar = voices.Avatar(request.Avatar);
        var wishes = new SessionWishes(request.Avatar, request.RefAudio, request.RefText, request.CustomConfig, Guid.NewGuid().ToString("N"));
        var spec = new SessionSpec(
            Capabilities.Llm | Capabilities.Tts | Capabilities.Stt | Capabilities.StfWebRtc,
            new AvatarView(avatar.Name, options.Size, options.Size),
            names.Model(null)?.Name,
            voices.OfSession(request.RefAudio, avatar),
            names.Recognizer(null)?.Name,
            options.SystemPrompt,
            Tenant: tenant,
            Dialect: DialectName,
            Extra: JsonSerializer.Serialize(wishes, LiveTalkingJson.Default.SessionWishes));
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var own = spec with { ClientId = NewId() };
            var session = await CreateAsync(own, cancellationToken);
            // A number that another session has gives that session: it is not this client's.
            if (session.Spec.Extra == own.Extra)
            {
                return session;
            }
        }

        throw new SessionRejectedException(RejectReason.Busy, "Too many session numbers are taken.");
    }

    private async ValueTask<SessionSnapshot> CreateAsync(SessionSpec spec, CancellationToken cancellationToken)
    {
        try
        {
            return await host.CreateAsync(spec, cancellationToken);
        }
        catch (SessionRejectedException refused) when (refused.Termination == TerminationReason.MaxActiveSessionQuotaExceeded)
        {
            var most = (await tenants.FindAsync(spec.Tenant, cancellationToken)).MaxActiveSessions;
            throw new RequestException(RequestError.Of(refused) with { Detail = $"Maximum session limit reached ({most}/{most})" });
        }
    }

    private string NewId() => options.LegacyIds
        ? RandomNumberGenerator.GetInt32(100_000, 1_000_000).ToString(CultureInfo.InvariantCulture)
        : Guid.NewGuid().ToString();
}

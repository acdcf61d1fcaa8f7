using AvatarGrains.Api.Health;
using AvatarGrains.Api.Shared;
using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Api.Dialects.AIAvatarKit;

/// <summary>
/// Conversations by the client's context id. Each is a session of the host, which keeps its history for as long as the context lasts. Thread-safe.
/// </summary>
internal sealed class KitContexts(ISessionHost host, EngineNames names, HealthClock health, TimeProvider time, AIAvatarKitOptions options)
{
    private const string DialectName = "aiavatarkit";
    private const int LongestId = 200;
    private const int Side = 512;
    private const int MadeHere = 7;

    private static readonly TimeSpan Beyond = TimeSpan.FromMinutes(1);

    /// <summary>Finds a conversation, or begins one: with a new id when none is given or its time is over.</summary>
    /// <exception cref="RequestException">The id is too long, or this server lacks what the settings name.</exception>
    /// <exception cref="SessionRejectedException">The host refuses.</exception>
    public async ValueTask<KitContext> OpenAsync(string tenant, string? contextId, CancellationToken cancellationToken)
    {
        if (contextId is { Length: > LongestId })
        {
            throw KitErrors.Refuse($"context_id may have {LongestId} characters.");
        }

        if (string.IsNullOrEmpty(contextId))
        {
            return await BeginAsync(tenant, NewId(), cancellationToken);
        }

        if (await host.FindByClientIdAsync(tenant, DialectName, contextId, cancellationToken) is not { } known)
        {
            // An id that was given out here and is no longer known has expired; any other is the client's own.
            var expired = Guid.TryParse(contextId, out var id) && id.Version == MadeHere;
            return await BeginAsync(tenant, expired ? NewId() : contextId, cancellationToken);
        }

        if (time.GetUtcNow() - LastTurn(known) <= options.ContextExpiry)
        {
            return new KitContext(contextId, host.Open(known.Id), known);
        }

        await host.Open(known.Id).SendAsync(new EndSession(TerminationReason.GracefulTermination, "The context expired."), cancellationToken);
        return await BeginAsync(tenant, NewId(), cancellationToken);
    }

    /// <summary>Whether a wakeword must be said before the avatar answers.</summary>
    public bool IsAsleep(KitContext context) => options.Wakewords.Count > 0
        && (context.Found.History.Count == 0 || time.GetUtcNow() - LastTurn(context.Found) > options.WakewordTimeout);

    /// <summary>Whether a wakeword is in a text.</summary>
    public static bool Wakes(string text, IReadOnlyList<string> wakewords) =>
        wakewords.Any(word => word.Length > 0 && text.Contains(word, StringComparison.CurrentCultureIgnoreCase));

    private static DateTimeOffset LastTurn(SessionSnapshot session) =>
        session.History.LastOrDefault(line => line.Speaker == Speaker.User)?.At ?? session.CreatedAt;

    private string NewId() => Guid.CreateVersion7(time.GetUtcNow()).ToString();

    private async ValueTask<KitContext> BeginAsync(string tenant, string contextId, CancellationToken cancellationToken)
    {
        if (health.IsDraining)
        {
            throw new SessionRejectedException(RejectReason.Draining, "The server is shutting down.");
        }

        var avatar = names.Avatar(null);
        var spec = new SessionSpec(
            Capabilities.Llm | Capabilities.Tts | Capabilities.Stt,
            new AvatarView(avatar?.Name ?? "", Side, Side),
            options.Model,
            options.Voice ?? (avatar is null ? null : names.Voice(null, avatar)?.Name),
            options.Recognizer,
            options.SystemPrompt,
            Language: options.Language,
            Tenant: tenant,
            Dialect: DialectName,
            ClientId: contextId,
            IdleTime: options.ContextExpiry + Beyond);
        var made = await host.CreateAsync(spec, cancellationToken);
        return new KitContext(contextId, host.Open(made.Id), made);
    }
}

/// <summary>One conversation.</summary>
/// <param name="Id">What the client calls it.</param>
/// <param name="Session">The session that holds it.</param>
/// <param name="Found">What was known of it when it was found.</param>
internal sealed record KitContext(string Id, ISession Session, SessionSnapshot Found);

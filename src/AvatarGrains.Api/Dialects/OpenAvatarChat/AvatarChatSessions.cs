using System.Globalization;
using System.Text.Json;
using AvatarGrains.Api.Shared;
using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Api.Dialects.OpenAvatarChat;

/// <summary>Makes and finds the sessions of this dialect. They end by themselves when nothing is asked of them. Thread-safe.</summary>
internal sealed class AvatarChatSessions(ISessionHost host, EngineNames names, OpenAvatarChatOptions options, TimeProvider time)
{
    public const string Dialect = "openavatarchat";

    /// <summary>What a session needs to be asked by requests.</summary>
    public const Capabilities ByRequest = Capabilities.Llm | Capabilities.Tts | Capabilities.Stt;

    private readonly AvatarChatRoom _room = new(host, options.MaxSessions);

    /// <summary>Sessions that were made here and are not known to have ended.</summary>
    public int Count => _room.Count;

    /// <exception cref="SessionRejectedException">A quota is used up, or the server stops.</exception>
    /// <exception cref="RequestException">There are as many sessions as there may be.</exception>
    public async ValueTask<SessionSnapshot> CreateAsync(SessionRequest request, string tenant, CancellationToken cancellationToken)
    {
        if (!await _room.IsThereAsync(cancellationToken))
        {
            throw new RequestException(new RequestError(RequestFault.QuotaMet, "Maximum number of sessions reached"));
        }

        var spec = SpecOf(request, tenant) with { Capabilities = ByRequest, IdleTime = options.SessionTimeout };
        var session = await host.CreateAsync(spec, cancellationToken);
        _room.Add(session.Id);
        return session;
    }

    /// <summary>What a session of this dialect is made from.</summary>
    public SessionSpec SpecOf(SessionRequest request, string tenant)
    {
        var avatar = names.Avatar(options.Avatar) ?? names.Avatar(null)
            ?? throw new RequestException(new RequestError(RequestFault.Bug, "There is no avatar."));
        var language = string.IsNullOrWhiteSpace(request.Language) ? options.Language : request.Language;

        // Clients name voices of their own server: one that is not here is no error, and the language chooses.
        var voice = (string.IsNullOrEmpty(request.VoiceId) ? null : names.Voice(request.VoiceId, avatar))
            ?? names.VoiceOfLanguage(language)
            ?? names.Voice(null, avatar);
        return new SessionSpec(
            ByRequest,
            new AvatarView(avatar.Name, options.PictureSize, options.PictureSize),
            Voice: voice?.Name,
            SystemPrompt: options.SystemPrompt,
            Language: language,
            Tenant: tenant,
            Dialect: Dialect,
            Extra: JsonSerializer.Serialize(request with { Language = language }, AvatarChatJson.Default.SessionRequest));
    }

    /// <summary>A session of this dialect that has not ended, or null.</summary>
    public async ValueTask<SessionSnapshot?> FindAsync(string id, CancellationToken cancellationToken) =>
        await host.FindAsync(id, cancellationToken) is { Spec.Dialect: Dialect, Status: not SessionStatus.Terminated } session ? session : null;

    /// <exception cref="RequestException">There is no such session.</exception>
    public async ValueTask<SessionSnapshot> DemandAsync(string id, CancellationToken cancellationToken) =>
        await FindAsync(id, cancellationToken) ?? throw NotFound();

    public static RequestException NotFound() => new(new RequestError(RequestFault.NotFound, "Session not found"));

    public async ValueTask EndAsync(string id, CancellationToken cancellationToken)
    {
        await DemandAsync(id, cancellationToken);
        await host.Open(id).SendAsync(new EndSession(TerminationReason.GracefulTermination, ""), cancellationToken);
        _room.Remove(id);
    }

    /// <summary>A session as clients read it. Its time is the server's local time and has no zone.</summary>
    public SessionAnswer Answer(SessionSnapshot session)
    {
        var request = session.Spec.Extra is { } extra ? JsonSerializer.Deserialize(extra, AvatarChatJson.Default.SessionRequest) : null;
        var made = TimeZoneInfo.ConvertTime(session.CreatedAt, time.LocalTimeZone);
        return new SessionAnswer(
            session.Id,
            request?.SessionName,
            request?.Language ?? options.Language,
            made.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff", CultureInfo.InvariantCulture),
            "active");
    }
}

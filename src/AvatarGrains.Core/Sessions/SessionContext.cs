using AvatarGrains.Core.Turns;

namespace AvatarGrains.Core.Sessions;

/// <summary>What the parts of one session share. Owned by the session: used by one of them at a time.</summary>
/// <param name="Runtime">What all sessions share.</param>
/// <param name="Journal">The session's state.</param>
/// <param name="Turns">The session's turns.</param>
/// <param name="Sinks">The session's subscribers.</param>
/// <param name="Live">Feeds the session's machine; false when the session has ended.</param>
internal sealed record SessionContext(
    SessionRuntime Runtime, SessionJournal Journal, TurnConductor Turns, SinkSet Sinks, Func<SessionInput, bool> Live)
{
    public SessionServices Services => Runtime.Services;

    public SessionSpec Spec => Journal.Spec;

    /// <summary>A refusal when the session was made without something, else null.</summary>
    public CommandResult? Lacks(Capabilities needed) => Spec.Capabilities.Has(needed)
        ? null
        : CommandResult.Refused(RejectReason.CapabilityMissing, $"The session was made without {needed.ToString().ToUpperInvariant()}.");

    /// <summary>A refusal when a text is empty or too long, else null.</summary>
    public CommandResult? CheckText(string text) =>
        string.IsNullOrWhiteSpace(text) ? CommandResult.Refused(RejectReason.InvalidArgument, "The text is empty.") : CheckLength(text);

    /// <summary>A refusal when a text is too long, else null.</summary>
    public CommandResult? CheckLength(string? text) => text?.Length > Services.Speech.MaxText
        ? CommandResult.Refused(RejectReason.InvalidArgument, $"The text is longer than {Services.Speech.MaxText} characters.")
        : null;

    /// <summary>A refusal when there is no voice of a name, else null.</summary>
    public CommandResult? CheckVoice(string? voice) => voice is not null && Services.Engines.FindVoice(voice) is null
        ? CommandResult.Refused(RejectReason.UnknownReference, $"There is no voice named '{voice}'.")
        : null;

    /// <summary>A request to use something: a sign of life, and perhaps the moment at which a quota ends the session.</summary>
    /// <exception cref="SessionRejectedException">The session lacks it or has ended.</exception>
    public void Use(Capabilities needed)
    {
        if (Lacks(needed) is { } missing)
        {
            throw new SessionRejectedException(missing.Reject!.Value, missing.Detail);
        }

        if (!Live(new SessionInput.Activity()))
        {
            throw SessionRejections.Ended();
        }
    }
}

/// <summary>Refusals that several parts of a session give.</summary>
internal static class SessionRejections
{
    public const string EndedDetail = "The session has ended.";

    public static SessionRejectedException Ended() => new(RejectReason.SessionTerminated, EndedDetail);
}

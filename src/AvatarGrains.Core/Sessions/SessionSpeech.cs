using AvatarGrains.Core.Turns;

namespace AvatarGrains.Core.Sessions;

/// <summary>What one session is told to say: texts, its greeting, and sound that the client makes.</summary>
internal sealed class SessionSpeech(SessionContext session, SessionQuestions questions)
{
    public CommandResult Say(TurnRequest request)
    {
        if (!session.Spec.Capabilities.CanSpeak())
        {
            return CommandResult.Refused(RejectReason.CapabilityMissing, "The session does not speak.");
        }

        if ((session.CheckText(request.Text) ?? session.CheckVoice(request.Voice) ?? Full()) is { } refused)
        {
            return refused;
        }

        questions.Forget();
        session.Turns.Say(new TextSource(request.Text, request.Voice), request.Pace);
        return new CommandResult(null, Turn: session.Turns.Turn);
    }

    /// <summary>Says the intro message, unless the avatar has said something already.</summary>
    public CommandResult Greet()
    {
        var greeted = session.Journal.History.Any(l => l.Speaker == Speaker.Avatar) || !session.Turns.Idle;
        return greeted || string.IsNullOrWhiteSpace(session.Spec.IntroMessage)
            ? CommandResult.Ok
            : Say(new TurnRequest(TurnKind.Say, session.Spec.IntroMessage));
    }

    public CommandResult Stop()
    {
        questions.Forget();
        session.Turns.Interrupt();
        return CommandResult.Ok;
    }

    /// <summary>Says words of apology, where the session speaks and there is room for them.</summary>
    public void Excuse(string words)
    {
        if (session.Spec.Capabilities.CanSpeak() && !session.Turns.QueueFull)
        {
            session.Turns.Say(new TextSource(words));
        }
        else
        {
            session.Turns.Rest();
        }
    }

    public CommandResult BeginClientSpeech(string message)
    {
        if (!session.Spec.Capabilities.CanLipSync())
        {
            return CommandResult.Refused(RejectReason.CapabilityMissing, "The session does not lip-sync.");
        }

        if (session.CheckLength(message) is { } tooLong)
        {
            return tooLong;
        }

        if (session.Turns.ClientSpeech is not null)
        {
            return CommandResult.Refused(RejectReason.WrongState, "Client speech has begun already.");
        }

        if (Full() is { } full)
        {
            return full;
        }

        session.Turns.Follow(message);
        return CommandResult.Ok;
    }

    public CommandResult AppendClientSpeech(AppendClientSpeech append)
    {
        if (session.Turns.ClientSpeech is not { } speech)
        {
            return NotBegun();
        }

        if (append.Audio.SampleRate is < 8000 or > 48000)
        {
            return CommandResult.Refused(RejectReason.InvalidArgument, $"The sample rate is {append.Audio.SampleRate}, it must be 8000 to 48000.");
        }

        return speech.TryAppend(append.Audio)
            ? CommandResult.Ok
            : CommandResult.Refused(RejectReason.Busy, "Too much client speech waits to be played.");
    }

    public CommandResult EndClientSpeech()
    {
        if (session.Turns.ClientSpeech is null)
        {
            return NotBegun();
        }

        session.Turns.EndClientSpeech();
        return CommandResult.Ok;
    }

    private static CommandResult NotBegun() => CommandResult.Refused(RejectReason.WrongState, "Client speech has not begun.");

    private CommandResult? Full() => session.Turns.QueueFull ? CommandResult.Refused(RejectReason.Busy, "Too much waits to be said.") : null;
}

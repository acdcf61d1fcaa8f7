using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Listening;
using AvatarGrains.Core.Turns;

namespace AvatarGrains.Core.Sessions;

/// <summary>What one session does with its microphone: when it is open, and what becomes of what was heard.</summary>
internal sealed class SessionListening(SessionContext session, SessionMicrophone microphone, SessionQuestions questions, SessionSpeech speech)
{
    public CommandResult Start(StartListening start)
    {
        if (start.Mode == ListenMode.Off)
        {
            return Stop();
        }

        if (session.Lacks(Capabilities.Stt) is { } missing)
        {
            return missing;
        }

        if (session.Services.Engines.FindRecognizer(session.Spec.Recognizer) is not { } recognizer)
        {
            return CommandResult.Refused(RejectReason.UnknownReference, $"There is no recognizer named '{session.Spec.Recognizer ?? "(default)"}'.");
        }

        microphone.Start(start.Mode, recognizer, ContextAsync(session.Services, session.Spec, start.Language));
        return CommandResult.Ok;
    }

    public CommandResult Stop()
    {
        microphone.Stop();
        return CommandResult.Ok;
    }

    /// <summary>Hears what has arrived.</summary>
    public void Feed() => microphone.Feed(session.Turns.Phase == ConversationPhase.Speaking);

    public void OnHeard(ListenEvent heard)
    {
        switch (heard)
        {
            case SpeechStarted when !microphone.IsDictation(heard.Utterance):
                session.Turns.Listen(speaking: true);
                break;
            case SpeechStopped when !microphone.IsDictation(heard.Utterance):
                session.Turns.Listen(speaking: false);
                break;
            case PartialHeard partial:
                session.Sinks.Deliver(new UserCaption(session.Turns.Turn, Join(microphone.Held, partial.Text), Final: false));
                break;
            case UtteranceEnded ended when microphone.TakeDictation(heard.Utterance):
                session.Sinks.Deliver(new DictationResult(session.Turns.Turn, ended.Transcript.Text, ended.Fault));
                break;
            case UtteranceEnded ended:
                OnUtterance(ended);
                break;
            case ListeningBroken broken:
                throw new InvalidOperationException("The recognizer broke.", broken.Error);
        }
    }

    /// <summary>What a recognizer is told that a session can be asked. Reads the session's document.</summary>
    public static async Task<RecognitionContext> ContextAsync(SessionServices services, SessionSpec spec, string? language)
    {
        var knowledge = spec.Document is { Length: > 0 } document ? await services.Knowledge.FindAsync(document, CancellationToken.None) : null;
        return new RecognitionContext(language ?? spec.Language, (knowledge ?? services.Knowledge.BuiltIn).ForRecognition);
    }

    private static string Join(string first, string second) => first.Length == 0 ? second : second.Length == 0 ? first : first + " " + second;

    private void OnUtterance(UtteranceEnded ended)
    {
        var text = Join(microphone.Held, ended.Transcript.Text);
        if (ended.Utterance < microphone.Newest && ended.Fault is null)
        {
            // The person went on speaking: one question.
            microphone.Held = text;
            return;
        }

        microphone.Held = "";
        var language = session.Spec.Language;
        if (ended.Fault is { } fault)
        {
            session.Sinks.Deliver(new TurnFailed(session.Turns.Turn, fault, ended.Detail));
            speech.Excuse(Apologies.ForFault(fault, language));
        }
        else if (text.Length == 0)
        {
            Show("");
            session.Turns.Rest();
        }
        else if (!ended.Transcript.Understood)
        {
            Show(text);
            speech.Excuse(Apologies.NotUnderstood(language));
        }
        else if (!questions.Ask(text).Accepted)
        {
            // A session without a language model only shows what it heard.
            Show(text);
            session.Turns.Rest();
        }
    }

    private void Show(string text) => session.Sinks.Deliver(new UserCaption(session.Turns.Turn, text, Final: true));
}

using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Listening;
using AvatarGrains.Core.Speech;
using AvatarGrains.Core.Turns;

namespace AvatarGrains.Core.Sessions;

/// <summary>What one session does with its microphone: when it is open, and what becomes of what was heard.</summary>
internal sealed class SessionListening(SessionContext session, SessionMicrophone microphone, SessionQuestions questions, SessionSpeech speech)
{
    private static readonly TimeSpan ShortestSilence = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(5);

    /// <summary>Utterances whose words may still be on their way.</summary>
    private const int MostRunning = 16;

    /// <summary>Utterances over the avatar's speech that are not for it.</summary>
    private readonly HashSet<int> _ignored = [];

    private TimeSpan _stopped;

    /// <summary>An utterance over the avatar's speech that has not shown enough words yet to interrupt it; 0 for none.</summary>
    private int _unsure;

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

        if (Check(start.Settings) is { } wrong)
        {
            return wrong;
        }

        _unsure = 0;
        _ignored.Clear();
        microphone.Start(start, recognizer, ContextAsync(session.Services, session.Spec, start.Language));
        return CommandResult.Ok;
    }

    public CommandResult Stop()
    {
        microphone.Stop();
        return CommandResult.Ok;
    }

    /// <summary>Hears what has arrived.</summary>
    public void Feed() => microphone.Feed(session.Turns.Phase == ConversationPhase.Speaking);

    public void OnHeard(HeardMessage message)
    {
        if (microphone.IsStale(message) || _ignored.Contains(message.Heard.Utterance))
        {
            return;
        }

        var heard = message.Heard;
        switch (heard)
        {
            case SpeechStarted when !IsAside(heard.Utterance):
                OnStarted(heard.Utterance);
                break;
            case SpeechStopped when !IsAside(heard.Utterance):
                _stopped = session.Runtime.Clock.Monotonic;
                if (_unsure != heard.Utterance)
                {
                    session.Turns.Listen(speaking: false);
                }

                break;
            case PartialHeard partial:
                if (_unsure == heard.Utterance && WordCount.Of(partial.Text) >= microphone.MinWords)
                {
                    _unsure = 0;
                    session.Turns.Listen(speaking: true);
                }

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

    /// <summary>What is said is not for the avatar.</summary>
    private bool IsAside(int utterance) => microphone.Reports || microphone.IsDictation(utterance);

    private void OnStarted(int utterance)
    {
        if (session.Turns.Idle || (microphone.BargeIn && microphone.MinWords == 0))
        {
            session.Turns.Listen(speaking: true);
        }
        else if (microphone.BargeIn)
        {
            _unsure = utterance;
        }
        else
        {
            // It may have ended already, and then its words are still to come.
            microphone.Abandon();
            _ignored.RemoveWhere(one => one < utterance - MostRunning);
            _ignored.Add(utterance);
        }
    }

    private void OnUtterance(UtteranceEnded ended)
    {
        if (microphone.Reports)
        {
            Report(ended);
            return;
        }

        if (_unsure == ended.Utterance)
        {
            _unsure = 0;
            if (!session.Turns.Idle && WordCount.Of(ended.Transcript.Text) < microphone.MinWords)
            {
                // A noise of listening, such as "mm hmm".
                return;
            }
        }

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
        else if (!questions.Ask(new TurnRequest(TurnKind.Ask, text) { Pace = microphone.Pace, Heard = Heard() }).Accepted)
        {
            // A session without a language model only shows what it heard.
            Show(text);
            session.Turns.Rest();
        }
    }

    private void Report(UtteranceEnded ended)
    {
        if (ended.Fault is { } fault)
        {
            session.Sinks.Deliver(new TurnFailed(session.Turns.Turn, fault, ended.Detail));
        }

        Show(ended.Transcript.Text);
    }

    /// <summary>How long it took to hear the newest utterance.</summary>
    private HeardTimings Heard() =>
        new(microphone.EndSilence, session.Runtime.Clock.Monotonic - _stopped + microphone.EndSilence);

    private static CommandResult? Check(MicrophoneSettings? settings) => settings switch
    {
        { EndSilence: { } silence } when silence < ShortestSilence || silence > LongestSilence =>
            CommandResult.Refused(RejectReason.InvalidArgument, "The silence that ends an utterance must be 0.1 to 5 seconds."),
        { LevelDb: not (null or (>= -90 and <= 0)) } =>
            CommandResult.Refused(RejectReason.InvalidArgument, "The level of speech must be -90 to 0 dB."),
        { MinWords: not (null or (>= 0 and <= 20)) } =>
            CommandResult.Refused(RejectReason.InvalidArgument, "The words before an interruption must be 0 to 20."),
        _ => null,
    };

    private void Show(string text) => session.Sinks.Deliver(new UserCaption(session.Turns.Turn, text, Final: true));
}

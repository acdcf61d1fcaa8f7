using AvatarGrains.Core.Turns;
using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Speech;
using AvatarGrains.Core.Listening;

namespace AvatarGrains.Core.Sessions;

/// <summary>What waits in a session's mailbox.</summary>
internal abstract class SessionMessage
{
    /// <summary>Counted against the mailbox's bound.</summary>
    public bool FromOutside { get; set; }

    /// <summary>The session is over and will not handle this.</summary>
    public virtual void Abandon(SessionRejectedException why)
    {
    }
}

/// <summary>A message whose sender waits for the answer.</summary>
internal abstract class Request<T> : SessionMessage
{
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Answer => _answer.Task;

    public void Reply(T value) => _answer.TrySetResult(value);

    public void Refuse(RejectReason reason, string detail) => _answer.TrySetException(new SessionRejectedException(reason, detail));

    public override void Abandon(SessionRejectedException why) => _answer.TrySetException(why);
}

internal sealed class CommandMessage(SessionCommand command) : Request<CommandResult>
{
    public SessionCommand Command { get; } = command;

    public override void Abandon(SessionRejectedException why) => Reply(CommandResult.Refused(why.Reason, why.Message));
}

internal sealed class SubscribeMessage(ISessionSink sink) : Request<bool>
{
    public ISessionSink Sink { get; } = sink;
}

internal sealed class UnsubscribeMessage(ISessionSink sink) : Request<bool>
{
    public ISessionSink Sink { get; } = sink;

    public override void Abandon(SessionRejectedException why) => Reply(true);
}

/// <summary>A question by text is asked.</summary>
internal sealed class BeginTextMessage(TextQuestion question) : Request<TextTurn>
{
    public TextQuestion Question { get; } = question;
}

/// <summary>A question by text is answered, as far as it was.</summary>
internal sealed class EndTextMessage(TextTurn turn, string text, bool interrupted) : Request<bool>
{
    public TextTurn Turn { get; } = turn;

    public string Text { get; } = text;

    public bool Interrupted { get; } = interrupted;
}

/// <summary>Something done for the session outside its loop met a bug.</summary>
internal sealed class BrokenMessage(Exception error) : SessionMessage
{
    public Exception Error { get; } = error;
}

/// <summary>An engine of the session is used outside the conversation.</summary>
internal sealed class UseMessage(Capabilities needed) : Request<SessionSpec>
{
    public Capabilities Needed { get; } = needed;
}

/// <summary>Stop when the turn is over, or at once.</summary>
internal sealed class DrainMessage(bool now) : SessionMessage
{
    public bool Now { get; } = now;
}

/// <summary>A deadline may be due.</summary>
internal sealed class WakeMessage : SessionMessage;

/// <summary>Microphone audio waits.</summary>
internal sealed class AudioMessage : SessionMessage;

internal sealed class HeardMessage(ListenPipeline source, ListenEvent heard) : SessionMessage
{
    public ListenPipeline Source { get; } = source;

    public ListenEvent Heard { get; } = heard;
}

/// <summary>A job begins a sentence.</summary>
internal sealed class SentenceMessage(SpeechJob job, TextSegment sentence, Expression expression) : SessionMessage
{
    public SpeechJob Job { get; } = job;

    public TextSegment Sentence { get; } = sentence;

    public Expression Expression { get; } = expression;
}

/// <summary>A job has more speech of its last sentence.</summary>
internal sealed class PartMessage(SpeechJob job, SegmentPart part) : SessionMessage
{
    public SpeechJob Job { get; } = job;

    public SegmentPart Part { get; } = part;

    /// <summary>It ends a sentence that no voice could say to its end.</summary>
    public bool Lost { get; init; }
}

/// <summary>A job's model called a function, or a function has answered.</summary>
internal sealed class ToolMessage(SpeechJob job, string id, string name, string arguments, string? result) : SessionMessage
{
    public SpeechJob Job { get; } = job;

    public ToolCall Call(int turn) => new(turn, id, name, arguments, result);
}

/// <summary>A job has ended; the error is null when it said all.</summary>
internal sealed class JobOverMessage(SpeechJob job, Exception? error) : SessionMessage
{
    public SpeechJob Job { get; } = job;

    public Exception? Error { get; } = error;
}

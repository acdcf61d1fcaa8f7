using AvatarGrains.Core.Turns;

namespace AvatarGrains.Core.Sessions;

/// <summary>The questions of one session: each is taken once, answered once, and written down before it is answered.</summary>
internal sealed class SessionQuestions
{
    private const int RememberedIds = 32;

    private readonly SessionContext _session;
    private readonly Queue<string> _taken;
    private TextTurn? _textTurn;

    /// <summary>A question that an earlier life of the session took and nobody has heard an answer to.</summary>
    private bool _unanswered;

    /// <param name="session">The session.</param>
    /// <param name="restoredTurn">The turn that was stored when the session is restored, else null.</param>
    public SessionQuestions(SessionContext session, int? restoredTurn)
    {
        _session = session;
        var history = session.Journal.History;
        _taken = new(history.Where(l => l.Id is not null).Select(l => l.Id!).TakeLast(RememberedIds));
        _unanswered = history is [.., { Speaker: Speaker.User, Id: not null } last] && restoredTurn == last.Turn;
    }

    /// <summary>A question by text is being answered.</summary>
    public bool Answering => _textTurn is not null;

    /// <summary>
    /// Takes a question. One with an id that was taken already changes nothing: a client whose connection broke asks again what it does not
    /// know to have arrived.
    /// </summary>
    public CommandResult Ask(TurnRequest request)
    {
        var turns = _session.Turns;
        if (request.Id is { } known && _taken.Contains(known))
        {
            AnswerRestored();
            return new CommandResult(null, Turn: turns.Turn);
        }

        if ((_session.Lacks(Capabilities.Llm) ?? _session.CheckText(request.Text) ?? _session.CheckVoice(request.Voice)) is { } refused)
        {
            return refused;
        }

        turns.Begin();
        _unanswered = false;
        var history = _session.Journal.History;
        AppendUser(request.Text, request.Id);
        _session.Sinks.Deliver(new UserCaption(turns.Turn, request.Text, Final: true));
        turns.Answer(request, history);
        Remember(request.Id);
        return new CommandResult(null, Turn: turns.Turn);
    }

    /// <summary>
    /// Answers a question that was taken before this session was restored and of whose answer nothing is known to have been heard: what was
    /// acknowledged is answered.
    /// </summary>
    public void AnswerRestored()
    {
        if (!_unanswered || !_session.Turns.Idle)
        {
            return;
        }

        _unanswered = false;
        var history = _session.Journal.History;
        _session.Turns.Begin();
        _session.Turns.Answer(new TurnRequest(TurnKind.Ask, history[^1].Text), [.. history.Take(history.Count - 1)]);
    }

    /// <summary>Whatever was asked before is no longer to be answered.</summary>
    public void Forget() => _unanswered = false;

    /// <summary>Takes a question that is answered by text alone.</summary>
    /// <exception cref="SessionRejectedException">Refused.</exception>
    public TextTurn BeginText(TextQuestion question)
    {
        var lacks = _session.Lacks(Capabilities.Llm) ?? _session.CheckText(question.Text);
        if (lacks is { } refused)
        {
            throw new SessionRejectedException(refused.Reject!.Value, refused.Detail);
        }

        if (_textTurn is not null)
        {
            throw new SessionRejectedException(RejectReason.Busy, "Another question is being answered.");
        }

        _session.Use(Capabilities.Llm);
        _unanswered = false;
        if (question.ClearHistory)
        {
            _session.Journal.ClearHistory();
        }

        if (_session.Turns.Idle)
        {
            _session.Turns.Begin();
        }

        _textTurn = new TextTurn(_session.Turns.Turn, question.Text, _session.Spec, _session.Journal.History);
        AppendUser(question.Text);
        return _textTurn;
    }

    /// <summary>Writes down what was handed out of an answer by text.</summary>
    public void EndText(EndTextMessage message)
    {
        if (message.Turn != _textTurn)
        {
            return;
        }

        _textTurn = null;
        _session.Live(new SessionInput.Activity());
        if (message.Text.Length > 0)
        {
            var now = _session.Runtime.Clock.Now.Wall;
            _session.Journal.Append(new HistoryLine(message.Turn.Turn, Speaker.Avatar, message.Text, now, message.Interrupted));
        }
    }

    private void AppendUser(string text, string? id = null) =>
        _session.Journal.Append(new HistoryLine(_session.Turns.Turn, Speaker.User, text, _session.Runtime.Clock.Now.Wall, Id: id));

    private void Remember(string? id)
    {
        if (id is null)
        {
            return;
        }

        _taken.Enqueue(id);
        if (_taken.Count > RememberedIds)
        {
            _taken.Dequeue();
        }
    }
}

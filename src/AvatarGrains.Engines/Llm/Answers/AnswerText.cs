using System.Text;

namespace AvatarGrains.Engines.Llm.Answers;

/// <summary>
/// Takes out of one streamed answer what is not said to the person: thoughts, channels that are not the final one, tool calls, tokens of a chat
/// template. However the text is cut into pieces, the outcome is the same. Text is given on a clause at a time: what has not been given on
/// can still turn out to be thought. One owner, not thread-safe.
/// </summary>
internal sealed class AnswerText(AnswerHabit habit)
{
    private const int DecidedAt = 40;
    private const int LongestClause = 160;
    private const string StrippedBegin = "analysis";
    private const string StrippedFinal = "assistantfinal";

    private readonly StringBuilder _held = new();
    private readonly StringBuilder _kept = new();
    private readonly StringBuilder _silent = new();
    private readonly StringBuilder _given = new();
    private readonly StringBuilder _doubtful = new();
    private readonly List<TextCall> _calls = [];
    private Mode _mode = Mode.Text;
    private string _name = "";
    private string? _callee;
    private bool _decided;
    private bool _keeping = habit.BeginsWithThoughts;
    private bool _json;
    private bool _thought;
    private bool _unopened;
    private bool _any;

    private enum Mode
    {
        /// <summary>What is said.</summary>
        Text = 0,

        /// <summary>Thoughts, until their end.</summary>
        Thought,

        /// <summary>A tool call, until its end.</summary>
        Call,

        /// <summary>The head of a message.</summary>
        Head,

        /// <summary>A message that is not for the person, until its end.</summary>
        Aside,

        /// <summary>What follows the end of the answer: nothing, unless another message begins.</summary>
        Over,
    }

    /// <summary>Adds text.</summary>
    /// <returns>What may be heard by now; mostly a clause behind.</returns>
    public string Push(string text)
    {
        _held.Append(text);
        var sure = Scan();
        if (_mode == Mode.Text)
        {
            Release(sure);
        }

        return Given();
    }

    /// <summary>The answer is over.</summary>
    /// <param name="cut">It reached its longest length: what is held back as thoughts is then no answer.</param>
    public string Finish(bool cut)
    {
        var sure = Scan();
        if (_mode == Mode.Text)
        {
            // One sign alone is text; more than that is the beginning of a mark that broke off.
            _held.Length = _held.Length - sure > 1 ? sure : _held.Length;
            Decide(last: true);
            ReleaseAll(cut);
        }
        else if (_mode == Mode.Call)
        {
            _silent.Append(_held);
            EndCall();
        }

        var given = Given();
        if (_doubtful.Length > 0)
        {
            _given.Append(_doubtful);
            given += Given();
        }

        if (_any)
        {
            habit.Learn(_unopened);
        }

        return given;
    }

    /// <summary>Tool calls that stood in the text, once each.</summary>
    public IReadOnlyList<TextCall> TakeCalls()
    {
        TextCall[] calls = [.. _calls];
        _calls.Clear();
        return calls;
    }

    private string Given()
    {
        // Blank lines after thoughts are not part of what is said.
        var given = _any ? _given.ToString() : _given.ToString().TrimStart();
        _given.Clear();
        if (given.Length > 0)
        {
            _any = true;
            _doubtful.Clear();
        }

        return given;
    }

    /// <summary>Takes marks out of what is held, and what stands between those that are not for the person.</summary>
    /// <returns>How much of what is then held is no part of a mark, whatever follows.</returns>
    private int Scan()
    {
        for (var at = 0; ;)
        {
            var text = _held.ToString();
            if (_mode == Mode.Head && _name is "im_start" or "start_of_turn" && text.IndexOf('\n', StringComparison.Ordinal) is >= 0 and var line)
            {
                _held.Remove(0, line + 1);
                EndHead(_silent.Append(text, 0, line).ToString());
                at = 0;
                continue;
            }

            while (at < text.Length && !AnswerMark.MayBegin(text[at]))
            {
                at++;
            }

            if (at == text.Length || AnswerMark.TryRead(text.AsSpan(at), out var mark) is not { } found)
            {
                return Silence(at);
            }

            if (!found)
            {
                at++;
                continue;
            }

            _held.Remove(0, at + mark.Length);
            Meet(mark, text[..at]);
            at = 0;
        }
    }

    /// <summary>Outside of text, what is surely no mark is silent.</summary>
    private int Silence(int sure)
    {
        if (_mode == Mode.Text)
        {
            return sure;
        }

        Quiet(_held.ToString(0, sure));
        _held.Remove(0, sure);
        return 0;
    }

    private void Quiet(string text)
    {
        if (_mode is Mode.Call or Mode.Head or Mode.Aside)
        {
            _silent.Append(text);
        }
    }

    /// <summary>A mark, and the text before it since the last one.</summary>
    private void Meet(in AnswerMark mark, string before)
    {
        if (_mode == Mode.Text)
        {
            MeetInText(mark, before);
            return;
        }

        Quiet(before);
        switch (_mode, mark.Kind)
        {
            case (Mode.Thought, MarkKind.ThoughtEnds):
                Enter(Mode.Text);
                break;
            case (Mode.Call, MarkKind.CallEnds) when Closes(mark):
                EndCall();
                Enter(Mode.Text);
                break;
            case (Mode.Call, MarkKind.MessageEnds):
                EndCall();
                Enter(Mode.Over);
                break;
            case (Mode.Call, MarkKind.CallBegins) when mark.Name.StartsWith("function=", StringComparison.Ordinal):
                _silent.Append('<').Append(mark.Name).Append('>');
                break;
            case (Mode.Head, MarkKind.HeadEnds):
                EndHead(_silent.ToString());
                break;
            case (Mode.Aside, MarkKind.MessageEnds):
                EndCall();
                Enter(Mode.Text);
                break;
            case (Mode.Head or Mode.Aside or Mode.Over, MarkKind.Head):
                EndCall();
                BeginHead(mark.Name);
                break;
        }
    }

    private void MeetInText(in AnswerMark mark, string before)
    {
        switch (mark.Kind)
        {
            case MarkKind.ThoughtEnds when !_thought:
                // Their beginning was in the prompt: all before it was thought.
                _unopened = _thought = _decided = true;
                _keeping = _json = false;
                _kept.Clear();
                break;
            case MarkKind.ThoughtEnds:
                // A second end: more thoughts, or a stray mark after the answer. Which of them it is shows when nothing follows.
                _doubtful.Append(_given).Append(before);
                _given.Clear();
                break;
            case MarkKind.ThoughtBegins:
                Settle(before);
                _thought = true;
                Enter(Mode.Thought);
                break;
            case MarkKind.CallBegins:
                Settle(before);
                Enter(Mode.Call);
                _name = mark.Name;
                break;
            case MarkKind.Head:
                Settle(before.AsSpan().Trim() is "assistant" ? "" : before);
                BeginHead(mark.Name);
                break;
            case MarkKind.HeadEnds:
                // The sign before the head was lost: what stands before it is the head.
                EndHead(before);
                break;
            case MarkKind.MessageEnds:
                Settle(before);
                Enter(_any || _given.Length > 0 || _kept.Length > 0 ? Mode.Over : Mode.Text);
                break;
            default:
                Settle(before);
                break;
        }
    }

    private void Enter(Mode mode)
    {
        _mode = mode;
        _silent.Clear();
        _callee = null;
    }

    private void BeginHead(string name)
    {
        Enter(Mode.Head);
        _name = name;
    }

    /// <summary>The head of a message says who it is for.</summary>
    private void EndHead(string head)
    {
        var words = head.Split([' ', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries);
        var to = words.FirstOrDefault(word => word.StartsWith("to=", StringComparison.Ordinal))?["to=".Length..];
        var spoken = to is null && words.All(word => word is "assistant" or "final" or "model");
        Enter(spoken ? Mode.Text : Mode.Aside);
        _callee = to is null ? null : to.StartsWith("functions.", StringComparison.Ordinal) ? to["functions.".Length..] : to;
        _decided |= spoken;
    }

    /// <summary>A call ends with the tag it began with, or with a token that ends calls.</summary>
    private bool Closes(in AnswerMark mark) => mark.Name == _name || mark.Name.TrimStart('/') == _name
        || (_name.StartsWith("function=", StringComparison.Ordinal) && mark.Name == "function")
        || mark.Name.EndsWith("end", StringComparison.Ordinal);

    /// <summary>Takes the call out of what was silent, where it is one.</summary>
    private void EndCall()
    {
        var content = _silent.ToString();
        var inTag = _mode == Mode.Call;
        var callee = _callee ?? (inTag && _name.StartsWith("function=", StringComparison.Ordinal) ? _name["function=".Length..] : null);
        if (callee is not null)
        {
            if (TextCall.ParseArguments(content) is { } arguments)
            {
                _calls.Add(new TextCall(callee, arguments));
            }
        }
        else if (inTag && !_name.Contains("res", StringComparison.Ordinal) && !_name.Contains("output", StringComparison.Ordinal))
        {
            _calls.AddRange(TextCall.Parse(content));
        }
    }

    /// <summary>Text before a mark: it is said, unless all is kept back.</summary>
    private void Settle(string text)
    {
        (_keeping ? _kept : _given).Append(text);
        _decided |= text.AsSpan().Trim().Length > 0;
    }

    /// <summary>Gives on what is held up to the end of its last clause.</summary>
    private void Release(int sure)
    {
        Decide(last: false);
        if (!_keeping && !_decided)
        {
            return;
        }

        // What was held may have become shorter when it was decided.
        var end = Math.Min(_held.Length, _keeping ? sure : ClauseEnd(Math.Min(sure, _held.Length)));
        (_keeping ? _kept : _given).Append(_held.ToString(0, end));
        _held.Remove(0, end);
    }

    private void ReleaseAll(bool cut)
    {
        var text = _kept.Append(_held).ToString();
        _kept.Clear();
        _held.Clear();
        if (_json && TextCall.Parse(text) is { Count: > 0 } calls)
        {
            _calls.AddRange(calls);
        }
        else if (!(_keeping && !_json && cut))
        {
            _given.Append(text);
        }
    }

    /// <summary>Decides by the first words whether all of the answer is kept back.</summary>
    private void Decide(bool last)
    {
        if (_decided || _keeping)
        {
            return;
        }

        var text = _held.ToString();
        var start = text.AsSpan().TrimStart();
        if (start is ['{', ..] or ['[', '{', ..])
        {
            (_keeping, _json) = (true, true);
        }
        else if (start.StartsWith(StrippedBegin, StringComparison.Ordinal)
            && (start.Length > StrippedBegin.Length ? char.IsAsciiLetterUpper(start[StrippedBegin.Length]) : !last))
        {
            FindStrippedFinal(text, last);
        }
        else if (habit.Suspects(text))
        {
            _keeping = true;
        }
        else
        {
            _decided = last || start.Length >= DecidedAt || (start.IndexOfAny(".!?。！？\n") >= 0 && !AnswerHabit.IsOnlyHesitation(text));
        }
    }

    /// <summary>The tokens of channels were taken out on the way, and their words stayed.</summary>
    private void FindStrippedFinal(string text, bool last)
    {
        var final = text.LastIndexOf(StrippedFinal, StringComparison.Ordinal);
        if (final >= 0)
        {
            _held.Remove(0, final + StrippedFinal.Length);
            _decided = true;
        }
        else if (last)
        {
            _held.Clear();
        }
    }

    private int ClauseEnd(int sure)
    {
        for (var i = sure - 1; i >= 0; i--)
        {
            if (IsClauseEnd(_held[i]))
            {
                var end = i + 1;
                while (end < sure && _held[end] == ' ')
                {
                    end++;
                }

                return end;
            }
        }

        return sure > LongestClause ? _held.ToString(0, sure).LastIndexOf(' ') + 1 : 0;
    }

    private static bool IsClauseEnd(char c) => c is '.' or ',' or ';' or ':' or '!' or '?' or '…' or '。' or '，' or '、' or '！' or '？' or '；'
        or '：' or '\n' or '"' or '”' or '»' or ')' or '」' or '』' or '）' or '—' or '۔' or '؟' or '،' or '।';
}

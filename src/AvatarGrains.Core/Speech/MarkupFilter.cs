using System.Text;

namespace AvatarGrains.Core.Speech;

/// <summary>
/// Takes markdown and tags out of a character stream. Looks ahead by a bounded number of characters only: what does not close in time was not markup
/// and passes as it is.
/// </summary>
internal sealed class MarkupFilter(SentenceCutter cutter)
{
    private const int MaxBracket = 96;
    private const int MaxAngle = 256;
    private const int MaxTarget = 1024;

    private readonly StringBuilder _held = new();
    private Mode _mode;
    private string _silentEnd = "";
    private int _skipped;
    private char _previous = '\n';
    private bool _lineStart = true;
    private bool _tableLine;
    private bool _heading;

    private enum Mode
    {
        Text,
        Bracket,
        AfterBracket,
        Target,
        Angle,
        Silent,
        Ticks,
        Code,
        Marker,
    }

    /// <summary>Nothing is held that may be markup.</summary>
    public bool IsPlain => _mode == Mode.Text;

    public void Push(char c)
    {
        if (c == '\r')
        {
            return;
        }

        cutter.Raw(c);
        Step(c);
    }

    public void Finish()
    {
        // A held marker or an open bracket at the end is literal text, except marks that only ever decorate.
        if (_mode is Mode.Bracket or Mode.AfterBracket or Mode.Angle)
        {
            Literal();
        }

        _held.Clear();
        _mode = Mode.Text;
        _previous = '\n';
        _lineStart = true;
        _tableLine = false;
        _heading = false;
    }

    private void Step(char c)
    {
        switch (_mode)
        {
            case Mode.Text: Text(c); break;
            case Mode.Bracket: Bracket(c); break;
            case Mode.AfterBracket: AfterBracket(c); break;
            case Mode.Target: Target(c); break;
            case Mode.Angle: Angle(c); break;
            case Mode.Silent: Skip(c, _silentEnd); break;
            case Mode.Ticks: Ticks(c); break;
            case Mode.Code: Skip(c, "```"); break;
            case Mode.Marker: Marker(c); break;
        }
    }

    private void Text(char c)
    {
        switch (c)
        {
            case '[' or '<' or '`':
                Hold(c, c switch { '[' => Mode.Bracket, '<' => Mode.Angle, _ => Mode.Ticks });
                break;
            case '*' or '_':
            case '-' or '+' or '•' or '#' or '>' when _lineStart:
                Hold(c, Mode.Marker);
                break;
            case '|' when _lineStart:
                _tableLine = true;
                _lineStart = false;
                cutter.Break();
                break;
            case '|' when _tableLine:
                Emit(',');
                Emit(' ');
                break;
            case '-' or ':' when _tableLine && _previous is ' ' or ',' or '\n':
                break;
            case '!' when _lineStart:
                Hold(c, Mode.Marker);
                break;
            case '\n':
                NewLine();
                break;
            default:
                Emit(c);
                break;
        }
    }

    private void NewLine()
    {
        if (_tableLine || _heading)
        {
            cutter.Break();
        }
        else
        {
            cutter.Text('\n');
        }

        _previous = '\n';
        _lineStart = true;
        _tableLine = false;
        _heading = false;
    }

    private void Emit(char c)
    {
        cutter.Text(c);
        _previous = c;
        _lineStart &= c is ' ' or '\t';
    }

    private void Hold(char c, Mode mode)
    {
        _held.Clear().Append(c);
        _skipped = 0;
        _mode = mode;
    }

    private void Literal()
    {
        var text = _held.ToString();
        _held.Clear();
        _mode = Mode.Text;
        foreach (var c in text)
        {
            Emit(c);
        }
    }

    private void Bracket(char c)
    {
        if (c == '[' || c == '\n' || _held.Length >= MaxBracket)
        {
            Literal();
            Text(c);
            return;
        }

        _held.Append(c);
        if (c != ']')
        {
            return;
        }

        if (MarkupTags.TryBracket(_held.ToString(1, _held.Length - 2), out var tag))
        {
            cutter.Tag(tag);
            _held.Clear();
            _mode = Mode.Text;
        }
        else
        {
            _mode = Mode.AfterBracket;
        }
    }

    private void AfterBracket(char c)
    {
        var label = _held.ToString(1, _held.Length - 2);
        if (c == '(')
        {
            _held.Clear().Append(label);
            Literal();
            _skipped = 0;
            _mode = Mode.Target;
            return;
        }

        if (label.Length > 0 && label.All(char.IsAsciiDigit))
        {
            // A reference mark such as [3] is not read out.
            _held.Clear();
            _mode = Mode.Text;
        }
        else
        {
            Literal();
        }

        Text(c);
    }

    private void Target(char c)
    {
        if (c == ')' || c == '\n' || ++_skipped > MaxTarget)
        {
            _mode = Mode.Text;
            if (c != ')')
            {
                Text(c);
            }
        }
    }

    private void Angle(char c)
    {
        if (_held.Length == 1 && !(char.IsAsciiLetter(c) || c == '/'))
        {
            Literal();
            Text(c);
            return;
        }

        if (c == '<' || _held.Length >= MaxAngle)
        {
            Literal();
            Text(c);
            return;
        }

        _held.Append(c);
        if (c != '>')
        {
            return;
        }

        if (!MarkupTags.TryAngle(_held.ToString(1, _held.Length - 2), out var tag, out var closing, out var selfClosing))
        {
            Literal();
            return;
        }

        _held.Clear();
        _mode = Mode.Text;
        if (!closing && !selfClosing && MarkupTags.IsSilent(tag.Name))
        {
            _silentEnd = $"</{tag.Name}>";
            _mode = Mode.Silent;
        }
        else if (tag.Name is "br" or "p" or "li" or "div")
        {
            cutter.Break();
        }
        else if (!closing && (selfClosing || tag.Value.Length > 0) && tag.Name is not ("a" or "span" or "img" or "hr"))
        {
            cutter.Tag(tag);
        }
    }

    private void Skip(char c, string end)
    {
        _held.Append(char.ToLowerInvariant(c));
        if (_held.Length > end.Length)
        {
            _held.Remove(0, 1);
        }

        if (_held.Length == end.Length && _held.Equals(end))
        {
            _held.Clear();
            _mode = Mode.Text;
        }
    }

    private void Ticks(char c)
    {
        if (c != '`')
        {
            _held.Clear();
            _mode = Mode.Text;
            Text(c);
            return;
        }

        _held.Append(c);
        if (_held.Length == 3)
        {
            cutter.Break();
            _held.Clear();
            _mode = Mode.Code;
        }
    }

    /// <summary>
    /// Marks at the start of a line (bullet, heading, quote, rule, picture) and emphasis; the character after the run tells what it was.
    /// </summary>
    private void Marker(char c)
    {
        if (c == _held[0] && _held.Length < 64)
        {
            _held.Append(c);
            return;
        }

        var mark = _held[0];
        var blank = c is ' ' or '\t' or '\n';
        if (_lineStart && blank && mark is not '!' && (mark is not '_'))
        {
            _heading |= mark == '#';
            cutter.Break();
        }
        else if (mark is '*'
            ? blank && _previous == ' '
            : mark is '_' ? char.IsLetterOrDigit(_previous) && char.IsLetterOrDigit(c) : !(mark == '!' && c == '['))
        {
            Literal();
        }

        _held.Clear();
        _mode = Mode.Text;
        Text(c);
    }
}

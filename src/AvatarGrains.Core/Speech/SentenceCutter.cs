using System.Text;

namespace AvatarGrains.Core.Speech;

/// <summary>Cuts plain text, one character at a time, into sentences and clauses. Looks one word start ahead.</summary>
internal sealed class SentenceCutter(SentenceSplitterOptions options)
{
    private readonly StringBuilder _text = new();
    private readonly List<int> _rawEnds = [];
    private readonly StringBuilder _raw = new();
    private readonly List<(TextTag Tag, int Position)> _tags = [];
    private List<TextSegment> _ready = [];
    private bool _first = true;
    private int _candidate = -1;
    private bool _spaceAfterCandidate;
    private int _newLine = -1;
    private int _clause = -1;

    /// <summary>Notes a character of the source, whatever becomes of it.</summary>
    public void Raw(char c) => _raw.Append(c);

    /// <summary>A control tag at this place.</summary>
    public void Tag(TextTag tag)
    {
        _tags.Add((tag, _text.Length));
        _spaceAfterCandidate |= _candidate >= 0;
    }

    /// <summary>
    /// The text reads as a whole sentence: its end mark has come, and is neither part of an abbreviation nor perhaps the point of a number.
    /// </summary>
    public bool HoldsFinished => _candidate >= 0 && !Abbreviated() && !InWord();

    /// <summary>Cuts the sentence that is finished.</summary>
    public void CutFinished() => Cut(_candidate);

    /// <summary>What was before and what comes now never belong to one sentence.</summary>
    public void Break()
    {
        if (_text.Length > 0)
        {
            Cut(_text.Length);
        }
    }

    public void Text(char c)
    {
        if (c == '\n')
        {
            NewLine();
        }
        else if (char.IsWhiteSpace(c))
        {
            Space();
        }
        else
        {
            Visible(c);
        }
    }

    public void Finish()
    {
        Break();
        if (_tags.Count > 0)
        {
            _ready.Add(new TextSegment("", [.. _tags.Select(t => t.Tag)], _raw.ToString()));
            _tags.Clear();
        }

        _raw.Clear();
        _first = true;
    }

    public IReadOnlyList<TextSegment> TakeReady()
    {
        if (_ready.Count == 0)
        {
            return [];
        }

        var ready = _ready;
        _ready = [];
        return ready;
    }

    private void NewLine()
    {
        if (_text.Length == 0)
        {
            return;
        }

        if (_candidate >= 0 || _newLine >= 0)
        {
            Cut(_text.Length);
        }
        else
        {
            _newLine = _text.Length;
        }
    }

    private void Space()
    {
        if (_text.Length == 0 || _newLine >= 0 || _text[^1] == ' ')
        {
            return;
        }

        var clause = SentenceMarks.IsClause(_text[^1]);
        Append(' ');
        _spaceAfterCandidate |= _candidate >= 0;
        if (clause)
        {
            Clause();
        }
    }

    private void Visible(char c)
    {
        if (_newLine >= 0)
        {
            if (char.IsLower(c))
            {
                _newLine = -1;
                Space();
            }
            else
            {
                Cut(_newLine);
            }
        }
        else if (_candidate >= 0)
        {
            Confirm(c);
        }

        Append(c);
        if (_candidate >= 0 && (SentenceMarks.IsTerminator(c) || SentenceMarks.IsCloser(c)))
        {
            _candidate = _text.Length;
        }
        else if (SentenceMarks.IsTerminator(c) && HasWord())
        {
            _candidate = _text.Length;
            _spaceAfterCandidate = false;
        }
        else if (SentenceMarks.IsImmediateClause(c))
        {
            Clause();
        }

        Limit();
    }

    /// <summary>A character after a possible end: decides whether it was one.</summary>
    private void Confirm(char c)
    {
        var immediate = Immediate();
        if (!_spaceAfterCandidate && (SentenceMarks.IsTerminator(c) || SentenceMarks.IsCloser(c)))
        {
            return;
        }

        if (immediate || (_spaceAfterCandidate && !char.IsLower(c) && !Abbreviated()))
        {
            Cut(_candidate);
        }

        _candidate = -1;
    }

    private bool Immediate()
    {
        var i = _candidate - 1;
        while (i > 0 && SentenceMarks.IsCloser(_text[i]))
        {
            i--;
        }

        return SentenceMarks.IsImmediate(_text[i]);
    }

    private bool Abbreviated()
    {
        var end = _candidate - 1;
        if (_text[end] != '.')
        {
            return false;
        }

        var start = end;
        while (start > 0 && _text[start - 1] != ' ')
        {
            start--;
        }

        return SentenceMarks.IsAbbreviation(_text.ToString(start, end - start), start == 0);
    }

    /// <summary>The end mark stands in a word, or may yet: 3.5, U.S., example.org.</summary>
    private bool InWord()
    {
        var end = _candidate - 1;
        if (_text[end] != '.' || end == 0)
        {
            return false;
        }

        var start = end;
        while (start > 0 && _text[start - 1] != ' ')
        {
            start--;
        }

        return (!_spaceAfterCandidate && char.IsDigit(_text[end - 1]))
            || _text.ToString(start, end - start).TrimStart('.').Contains('.', StringComparison.Ordinal);
    }

    private bool HasWord()
    {
        for (var i = 0; i < _text.Length; i++)
        {
            if (char.IsLetterOrDigit(_text[i]) || char.IsSurrogate(_text[i]))
            {
                return true;
            }
        }

        return false;
    }

    private void Clause()
    {
        _clause = _text.Length;
        if (_first && _text.Length >= options.FirstClauseMin && HasWord())
        {
            Cut(_clause);
        }
    }

    private void Limit()
    {
        if (_text.Length > options.SoftMax && _clause >= options.SoftMax / 3)
        {
            Cut(_clause);
        }

        if (_text.Length >= options.HardMax && !char.IsHighSurrogate(_text[^1]))
        {
            var at = _text.Length;
            while (at > options.HardMax / 2 && _text[at - 1] != ' ')
            {
                at--;
            }

            Cut(_text[at - 1] == ' ' ? at : _text.Length);
        }
    }

    private void Append(char c)
    {
        _text.Append(c);
        _rawEnds.Add(_raw.Length);
    }

    /// <summary>Makes a segment of the first <paramref name="length"/> characters; the rest starts the next one.</summary>
    private void Cut(int length)
    {
        var text = _text.ToString(0, length).Trim();
        var spoken = text.Any(c => char.IsLetterOrDigit(c) || char.IsSurrogate(c));
        if (spoken)
        {
            var rawLength = length == _text.Length && length == 0 ? 0 : _rawEnds[length - 1];
            var tags = _tags.Where(t => t.Position < length).Select(t => t.Tag).ToArray();
            _ready.Add(new TextSegment(text, tags, _raw.ToString(0, rawLength)));
            _tags.RemoveAll(t => t.Position < length);
            _raw.Remove(0, rawLength);
            _rawEnds.RemoveRange(0, length);
            for (var i = 0; i < _rawEnds.Count; i++)
            {
                _rawEnds[i] -= rawLength;
            }

            _first = false;
        }
        else
        {
            // Punctuation alone is not spoken; its source text goes to the next segment.
            _rawEnds.RemoveRange(0, length);
        }

        _text.Remove(0, length);
        for (var i = 0; i < _tags.Count; i++)
        {
            _tags[i] = (_tags[i].Tag, Math.Max(0, _tags[i].Position - length));
        }

        DropLeadingSpace();
        _candidate = -1;
        _newLine = -1;
        _clause = -1;
        _spaceAfterCandidate = false;
    }

    private void DropLeadingSpace()
    {
        while (_text.Length > 0 && _text[0] == ' ')
        {
            _text.Remove(0, 1);
            _rawEnds.RemoveAt(0);
            for (var i = 0; i < _tags.Count; i++)
            {
                _tags[i] = (_tags[i].Tag, Math.Max(0, _tags[i].Position - 1));
            }
        }
    }
}

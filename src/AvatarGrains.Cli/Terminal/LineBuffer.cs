using System.Globalization;
using System.Text;

namespace AvatarGrains.Cli.Terminal;

/// <summary>A line being edited. The cursor stands between text elements, so that composed letters and emoji stay whole.</summary>
internal sealed class LineBuffer
{
    private readonly StringBuilder _text = new();

    public string Text => _text.ToString();

    /// <summary>UTF-16 units before the cursor.</summary>
    public int Cursor { get; private set; }

    public void Set(string text)
    {
        _text.Clear().Append(text);
        Cursor = text.Length;
    }

    public void Insert(string text)
    {
        _text.Insert(Cursor, text);
        Cursor += text.Length;
    }

    public void Left() => Cursor = Before(Cursor);

    public void Right() => Cursor = After(Cursor);

    public void Home() => Cursor = 0;

    public void End() => Cursor = _text.Length;

    public void Backspace() => Remove(Before(Cursor), Cursor);

    public void Delete() => Remove(Cursor, After(Cursor));

    public void DeleteToStart() => Remove(0, Cursor);

    public void DeleteToEnd() => Remove(Cursor, _text.Length);

    public void WordLeft()
    {
        while (Cursor > 0 && _text[Cursor - 1] == ' ')
        {
            Cursor--;
        }

        while (Cursor > 0 && _text[Cursor - 1] != ' ')
        {
            Cursor--;
        }
    }

    public void WordRight()
    {
        while (Cursor < _text.Length && _text[Cursor] == ' ')
        {
            Cursor++;
        }

        while (Cursor < _text.Length && _text[Cursor] != ' ')
        {
            Cursor++;
        }
    }

    public void DeleteWord()
    {
        var end = Cursor;
        WordLeft();
        Remove(Cursor, end);
    }

    /// <summary>The part that fits into <paramref name="columns"/> with the cursor inside, and the cursor's column in it.</summary>
    public (string Text, int Column) Window(int columns)
    {
        var text = Text;
        var start = 0;
        while (CellWidth.Of(text.AsSpan(start, Cursor - start)) >= columns)
        {
            start = After(start);
        }

        var end = start;
        while (end < text.Length && CellWidth.Of(text.AsSpan(start, After(end) - start)) < columns)
        {
            end = After(end);
        }

        return (text[start..end], CellWidth.Of(text.AsSpan(start, Cursor - start)));
    }

    private void Remove(int from, int to)
    {
        _text.Remove(from, to - from);
        Cursor = from;
    }

    private int After(int index) => index >= _text.Length ? _text.Length : index + StringInfo.GetNextTextElementLength(Text, index);

    private int Before(int index)
    {
        var text = Text;
        var previous = 0;
        for (var at = 0; at < index; at += StringInfo.GetNextTextElementLength(text, at))
        {
            previous = at;
        }

        return previous;
    }
}

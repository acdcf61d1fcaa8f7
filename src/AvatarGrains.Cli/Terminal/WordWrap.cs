using System.Text;

namespace AvatarGrains.Cli.Terminal;

/// <summary>
/// Breaks a text that comes in pieces into lines of a width, between words; a word longer than a line, and scripts without spaces, break
/// anywhere.
/// </summary>
/// <param name="width">Columns of a line, asked anew at each word so that a resized window counts; at least 8 are used.</param>
internal sealed class WordWrap(Func<int> width)
{
    private readonly StringBuilder _word = new();
    private int _column;
    private int _spaces;

    /// <summary>Takes a piece.</summary>
    /// <returns>What can be shown for it: whole words, with line feeds where lines break. The last word waits for its end.</returns>
    public string Push(string piece)
    {
        var output = new StringBuilder();
        foreach (var rune in piece.EnumerateRunes())
        {
            switch (rune.Value)
            {
                case '\n':
                    EndWord(output);
                    output.Append('\n');
                    (_column, _spaces) = (0, 0);
                    break;
                case ' ':
                    EndWord(output);
                    _spaces++;
                    break;
                default:
                    _word.Append(rune.ToString());
                    if (CellWidth.Of(rune) == 2)
                    {
                        EndWord(output);
                    }

                    break;
            }
        }

        return output.ToString();
    }

    /// <summary>The last word.</summary>
    public string Flush()
    {
        var output = new StringBuilder();
        EndWord(output);
        return output.ToString();
    }

    /// <summary>Wraps a whole text.</summary>
    public static IReadOnlyList<string> Lines(string text, int width)
    {
        var wrap = new WordWrap(() => width);
        return (wrap.Push(text) + wrap.Flush()).Split('\n');
    }

    private void EndWord(StringBuilder output)
    {
        if (_word.Length == 0)
        {
            return;
        }

        var limit = Math.Max(8, width());
        var word = _word.ToString();
        _word.Clear();
        var length = CellWidth.Of(word);
        if (_column > 0 && _column + _spaces + length > limit)
        {
            output.Append('\n');
            (_column, _spaces) = (0, 0);
        }

        if (_column > 0 || length <= limit)
        {
            output.Append(' ', Math.Min(_spaces, limit));
            _column += Math.Min(_spaces, limit);
        }

        _spaces = 0;
        foreach (var rune in word.EnumerateRunes())
        {
            if (_column + CellWidth.Of(rune) > limit)
            {
                output.Append('\n');
                _column = 0;
            }

            output.Append(rune.ToString());
            _column += CellWidth.Of(rune);
        }
    }
}

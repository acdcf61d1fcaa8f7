using System.Text;
using System.Text.RegularExpressions;

namespace AvatarGrains.Engines.Knowledge;

/// <summary>
/// Reads plain text or Markdown into passages: headings, paragraphs, list items, table rows, and questions with answers, be they a heading
/// that ends in a question mark, "Q:" and "A:" lines, or a bold question. "Also asked: ... | ..." under a question gives further phrasings
/// of it. Never throws.
/// </summary>
internal sealed partial class KnowledgeParser
{
    private const int LongestPassage = 600;

    private readonly List<KnowledgeEntry> _entries = [];
    private readonly List<(int Level, string Text)> _headings = [];
    private readonly List<string> _questions = [];
    private readonly StringBuilder _paragraph = new();
    private string? _asked;
    private bool _fenced;

    private KnowledgeParser()
    {
    }

    public static IReadOnlyList<KnowledgeEntry> Parse(string text)
    {
        var parser = new KnowledgeParser();
        foreach (var line in text.EnumerateLines())
        {
            parser.Line(line.ToString().Trim());
        }

        parser.Flush();
        return parser._entries;
    }

    [GeneratedRegex(@"^(#{1,6})\s+(.*?)\s*#*$")]
    private static partial Regex HeadingLine();

    [GeneratedRegex(@"^(?:[-*+•]|\d{1,3}[.)])\s+(.*)$")]
    private static partial Regex ItemLine();

    [GeneratedRegex(@"^(?:\*\*|__)?(?:q|question|frage)\s*\d*\s*[:.)](?:\*\*|__)?\s*(.+)$", RegexOptions.IgnoreCase)]
    private static partial Regex QuestionLine();

    [GeneratedRegex(@"^(?:\*\*|__)?(?:a|answer|antwort)\s*[:.)](?:\*\*|__)?\s*(.+)$", RegexOptions.IgnoreCase)]
    private static partial Regex AnswerLine();

    [GeneratedRegex(@"^(?:\*\*|__)([^*_]+\?)(?:\*\*|__)$")]
    private static partial Regex BoldQuestionLine();

    [GeneratedRegex(@"!?\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\*\*|__|`|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)|<[^<>]{1,200}>")]
    private static partial Regex Markup();

    [GeneratedRegex(@"(?<=[.!?])\s+(?=\p{Lu})")]
    private static partial Regex SentenceBreak();

    private static string Plain(string text) => Markup().Replace(Link().Replace(text, "$1"), "").Trim();

    private void Line(string line)
    {
        if (line.StartsWith("```", StringComparison.Ordinal) || line.StartsWith("~~~", StringComparison.Ordinal))
        {
            Flush();
            _fenced = !_fenced;
        }
        else if (line.Length == 0 || line.All(c => c is '-' or '=' or '*' or '_' or '|' or ':' or ' '))
        {
            Flush();
        }
        else if (_fenced)
        {
            Continue(line);
        }
        else
        {
            Marked(line);
        }
    }

    private void Marked(string line)
    {
        if (HeadingLine().Match(line) is { Success: true } heading)
        {
            Heading(heading.Groups[1].Length, Plain(heading.Groups[2].Value));
        }
        else if (line.StartsWith("Also asked:", StringComparison.OrdinalIgnoreCase) && _asked is not null)
        {
            _questions.AddRange(line["Also asked:".Length..].Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        }
        else if (QuestionLine().Match(line) is { Success: true } question)
        {
            Question(Plain(question.Groups[1].Value));
        }
        else if (BoldQuestionLine().Match(line) is { Success: true } bold)
        {
            Question(Plain(bold.Groups[1].Value));
        }
        else if (AnswerLine().Match(line) is { Success: true } answer && _asked is not null)
        {
            Flush();
            Continue(answer.Groups[1].Value);
        }
        else if (ItemLine().Match(line) is { Success: true } item)
        {
            Flush();
            Continue(item.Groups[1].Value);
        }
        else if (line.StartsWith('|') && line.EndsWith('|') && line.Length > 2)
        {
            Flush();
            Continue(string.Join(", ", line.Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)));
        }
        else
        {
            Continue(line.TrimStart('>', ' '));
        }
    }

    private void Heading(int level, string text)
    {
        Flush();
        _headings.RemoveAll(h => h.Level >= level);
        _asked = null;
        _questions.Clear();
        if (text.EndsWith('?') || SpokenText.Words(text) is ["how" or "what" or "tell" or "where" or "when" or "why" or "who", _, _, ..])
        {
            Question(text);
        }

        _headings.Add((level, text));
    }

    private void Question(string text)
    {
        Flush();
        _asked = text;
        _questions.Clear();
        _questions.Add(text);
    }

    private void Continue(string line)
    {
        if (_paragraph.Length > 0)
        {
            _paragraph.Append(' ');
        }

        _paragraph.Append(line);
    }

    private void Flush()
    {
        var text = Plain(_paragraph.ToString());
        _paragraph.Clear();
        if (text.Length == 0)
        {
            return;
        }

        var heading = _asked ?? (_headings.Count > 0 ? _headings[^1].Text : null);
        var section = string.Join(". ", _headings.Select(h => h.Text).Where(h => h != heading));
        foreach (var piece in Pieces(text))
        {
            _entries.Add(new KnowledgeEntry(piece, heading, section, [.. _questions]));
        }
    }

    private static IEnumerable<string> Pieces(string text)
    {
        if (text.Length <= LongestPassage)
        {
            yield return text;
            yield break;
        }

        var piece = new StringBuilder();
        foreach (var sentence in SentenceBreak().Split(text))
        {
            if (piece.Length > 0 && piece.Length + sentence.Length > LongestPassage)
            {
                yield return piece.ToString();
                piece.Clear();
            }

            piece.Append(piece.Length > 0 ? " " : "").Append(sentence);
        }

        yield return piece.ToString();
    }
}

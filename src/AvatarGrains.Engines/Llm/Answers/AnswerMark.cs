using System.Globalization;

namespace AvatarGrains.Engines.Llm.Answers;

/// <summary>What a mark in a model's text means.</summary>
internal enum MarkKind
{
    /// <summary>Is left out; what follows is as before.</summary>
    Nothing = 0,

    /// <summary>Thoughts begin.</summary>
    ThoughtBegins,

    /// <summary>Thoughts end; without a beginning, all before it was thought.</summary>
    ThoughtEnds,

    /// <summary>A tool call begins, or the answer of a tool.</summary>
    CallBegins,

    CallEnds,

    /// <summary>The head of a message begins: its role, or the channel it is for.</summary>
    Head,

    /// <summary>The head ends and the words begin.</summary>
    HeadEnds,

    /// <summary>A message ends: what follows has no right to be heard unless another message begins.</summary>
    MessageEnds,
}

/// <summary>A mark that models and chat templates put into text: a tag of thoughts or calls, or a special token.</summary>
/// <param name="Kind">What it means.</param>
/// <param name="Length">Characters.</param>
/// <param name="Name">Its name in lower case, without signs around it.</param>
internal readonly record struct AnswerMark(MarkKind Kind, int Length, string Name)
{
    private const int MostToken = 64;
    private const int MostTag = 160;

    private static readonly string[] Thoughts =
    [
        "think", "thinking", "thought", "thoughts", "reasoning", "reflection", "scratchpad", "seed:think", "antthinking", "inner_monologue",
        "analysis",
    ];

    private static readonly string[] Calls =
    [
        "tool_call", "tool_calls", "toolcall", "function_call", "function_calls", "tool_use", "tools", "tool_code", "invoke", "tool_response",
        "tool_result", "tool_results", "tool_outputs", "function_results", "minimax:tool_call", "xai:function_call",
    ];

    private static readonly string[] Edges = ["s", "bos", "eos", "pad", "unk", "start_of_turn", "end_of_turn"];

    private static readonly string[] Brackets = ["think", "/think", "tool_calls", "/tool_calls", "tool_results", "/tool_results", "inst", "/inst"];

    /// <summary>Reads the mark at the beginning of a text.</summary>
    /// <param name="text">Text from a sign that may begin a mark on.</param>
    /// <param name="mark">The mark, where there is one.</param>
    /// <returns>True when there is one, false when there is none, null when more text decides.</returns>
    public static bool? TryRead(ReadOnlySpan<char> text, out AnswerMark mark)
    {
        mark = default;
        if (text is ['<', '|' or '｜', ..])
        {
            return Token(text, out mark);
        }

        return text switch
        {
            ['<'] or ['['] or ['◁'] => null,
            ['<', ..] => Tag(text, out mark),
            ['[', ..] => Bracket(text, out mark),
            ['◁', ..] => Triangle(text, out mark),
            _ => false,
        };
    }

    /// <summary>True for a sign that a mark can begin with.</summary>
    public static bool MayBegin(char c) => c is '<' or '[' or '◁';

    private static bool? Token(ReadOnlySpan<char> text, out AnswerMark mark)
    {
        mark = default;
        for (var i = 2; i < text.Length && i < MostToken; i++)
        {
            if (text[i] is '|' or '｜')
            {
                if (i + 1 == text.Length)
                {
                    return null;
                }

                if (text[i + 1] != '>')
                {
                    return false;
                }

                var name = text[2..i].ToString().ToLowerInvariant().Replace('▁', '_').Trim();
                mark = new AnswerMark(OfToken(name), i + 2, name);
                return true;
            }

            if (text[i] is '\n' or '<' or '>')
            {
                return false;
            }
        }

        return text.Length < MostToken ? null : false;
    }

    private static MarkKind OfToken(string name) => name switch
    {
        "channel" or "start" or "im_start" or "start_header_id" => MarkKind.Head,
        "message" or "end_header_id" or "im_sep" => MarkKind.HeadEnds,
        "end" or "im_end" or "eot_id" or "eom_id" or "return" or "endoftext" or "end_of_text" or "end_of_sentence" or "end of sentence"
            or "eot" or "call" or "end_of_turn" or "user" or "system" or "observation" or "tool" => MarkKind.MessageEnds,
        "begin_of_thought" or "think" or "thinking" or "start_thinking" => MarkKind.ThoughtBegins,
        "end_of_thought" or "/think" or "/thinking" or "end_thinking" => MarkKind.ThoughtEnds,
        "python_tag" or "tool_call" or "tool_calls" or "tool_calls_begin" or "tool_calls_section_begin" or "tool_call_begin"
            or "tool_response" => MarkKind.CallBegins,
        "/tool_call" or "tool_calls_end" or "tool_calls_section_end" or "/tool_response" => MarkKind.CallEnds,
        _ => MarkKind.Nothing,
    };

    private static bool? Tag(ReadOnlySpan<char> text, out AnswerMark mark)
    {
        mark = default;
        var closing = text[1] == '/';
        var start = closing ? 2 : 1;
        var end = start;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '_' or ':' or '-'))
        {
            end++;
        }

        var name = text[start..end].ToString().ToLowerInvariant();
        if (end == text.Length)
        {
            return name.Length == 0 || All.Any(known => known.StartsWith(name, StringComparison.Ordinal)) ? null : false;
        }

        var function = name == "function" && text[end] == '=';
        if (!function && !All.Contains(name))
        {
            return false;
        }

        var close = text[end..].IndexOfAny('>', '<');
        if (close < 0)
        {
            return text.Length < MostTag ? null : false;
        }

        if (text[end + close] == '<')
        {
            return false;
        }

        var kind = Array.IndexOf(Thoughts, name) >= 0 ? closing ? MarkKind.ThoughtEnds : MarkKind.ThoughtBegins
            : Array.IndexOf(Calls, name) >= 0 || name == "function" ? closing ? MarkKind.CallEnds : MarkKind.CallBegins
            : name == "start_of_turn" ? MarkKind.Head
            : name == "end_of_turn" || (name is "s" or "eos" && closing) ? MarkKind.MessageEnds
            : MarkKind.Nothing;
        var named = function ? "function=" + text.Slice(end + 1, close - 1).Trim().Trim("\"'").ToString() : name;
        mark = new AnswerMark(kind, end + close + 1, named);
        return true;
    }

    private static string[] All { get; } = [.. Thoughts, .. Calls, .. Edges, "function"];

    private static bool? Bracket(ReadOnlySpan<char> text, out AnswerMark mark)
    {
        mark = default;
        var close = text.IndexOf(']');
        var inside = text[1..(close < 0 ? text.Length : close)].ToString();
        if (close < 0)
        {
            return Brackets.Any(known => known.StartsWith(inside, StringComparison.OrdinalIgnoreCase)) ? null : false;
        }

        // Small letters are how people write; these marks are written in capitals.
        var name = inside.ToLowerInvariant();
        if (!Brackets.Contains(name) || inside != inside.ToUpper(CultureInfo.InvariantCulture))
        {
            return false;
        }

        var kind = name switch
        {
            "think" => MarkKind.ThoughtBegins,
            "/think" => MarkKind.ThoughtEnds,
            "tool_calls" or "tool_results" => MarkKind.CallBegins,
            "/tool_calls" or "/tool_results" => MarkKind.CallEnds,
            _ => MarkKind.Nothing,
        };
        mark = new AnswerMark(kind, close + 1, name);
        return true;
    }

    private static bool? Triangle(ReadOnlySpan<char> text, out AnswerMark mark)
    {
        mark = default;
        var close = text.IndexOf('▷');
        if (close < 0)
        {
            return text.Length < 16 ? null : false;
        }

        var name = text[1..close].ToString().ToLowerInvariant();
        mark = new AnswerMark(name.StartsWith('/') ? MarkKind.ThoughtEnds : MarkKind.ThoughtBegins, close + 1, name.TrimStart('/'));
        return Array.IndexOf(Thoughts, mark.Name) >= 0;
    }
}

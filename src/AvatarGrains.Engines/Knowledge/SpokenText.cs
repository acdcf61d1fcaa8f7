using System.Text;

namespace AvatarGrains.Engines.Knowledge;

/// <summary>Turns written text into the words one would say, lower case, for retrieval and for recognition.</summary>
internal static class SpokenText
{
    private static readonly string[] Ones =
    [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen",
        "sixteen", "seventeen", "eighteen", "nineteen",
    ];

    private static readonly string[] Tens = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

    private static readonly Dictionary<char, string> Symbols = new()
    {
        ['%'] = "percent", ['&'] = "and", ['€'] = "euros", ['$'] = "dollars", ['£'] = "pounds", ['+'] = "plus", ['@'] = "at", ['°'] = "degrees",
    };

    /// <summary>The words of a text. Numbers are spelled, "AvatarGrains" is two words, "can't" stays one.</summary>
    public static List<string> Words(string text)
    {
        var words = new List<string>();
        for (var at = 0; at < text.Length;)
        {
            var c = text[at];
            if (char.IsAsciiDigit(c))
            {
                at = Number(text, at, words);
            }
            else if (char.IsLetter(c))
            {
                at = Letters(text, at, words);
            }
            else
            {
                if (Symbols.TryGetValue(c, out var spoken) && c is not ('$' or '€' or '£'))
                {
                    words.Add(spoken);
                }

                at++;
            }
        }

        return words;
    }

    public static string Join(string text) => string.Join(' ', Words(text));

    private static int Letters(string text, int at, List<string> words)
    {
        var word = new StringBuilder();
        var end = at;
        for (; end < text.Length && (char.IsLetter(text[end]) || IsInnerApostrophe(text, end)); end++)
        {
            var c = text[end] is '’' ? '\'' : text[end];
            if (word.Length > 1 && char.IsUpper(c) && char.IsLower(text[end - 1]))
            {
                break;
            }

            word.Append(char.ToLowerInvariant(c));
        }

        words.Add(word.ToString());
        return end;
    }

    private static bool IsInnerApostrophe(string text, int at) =>
        text[at] is '\'' or '’' && at > 0 && at + 1 < text.Length && char.IsLetter(text[at - 1]) && char.IsLetter(text[at + 1]);

    private static int Number(string text, int at, List<string> words)
    {
        var currency = at > 0 && Symbols.TryGetValue(text[at - 1], out var unit) && text[at - 1] is '$' or '€' or '£' ? Symbols[text[at - 1]] : null;
        var end = at;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || (text[end] == ',' && ThreeDigits(text, end + 1))))
        {
            end++;
        }

        var digits = text[at..end].Replace(",", "", StringComparison.Ordinal);
        SayInteger(digits, words);
        if (end + 1 < text.Length && text[end] is '.' or ':' && end + 1 < text.Length && char.IsAsciiDigit(text[end + 1]))
        {
            end = Fraction(text, end, currency, words);
        }
        else if (currency is not null)
        {
            words.Add(currency);
        }

        return end;
    }

    private static int Fraction(string text, int point, string? currency, List<string> words)
    {
        var end = point + 1;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        var digits = text[(point + 1)..end];
        if (text[point] == ':' || currency is not null)
        {
            if (currency is not null)
            {
                words.Add(currency);
            }

            if (digits.Trim('0').Length > 0)
            {
                SayInteger(digits.TrimStart('0'), words);
            }

            return end;
        }

        words.Add("point");
        words.AddRange(digits.Select(d => Ones[d - '0']));
        return end;
    }

    private static bool ThreeDigits(string text, int at) =>
        at + 2 < text.Length && char.IsAsciiDigit(text[at]) && char.IsAsciiDigit(text[at + 1]) && char.IsAsciiDigit(text[at + 2])
        && (at + 3 >= text.Length || !char.IsAsciiDigit(text[at + 3]));

    private static void SayInteger(string digits, List<string> words)
    {
        if (digits.Length > 9 || (digits.Length > 1 && digits[0] == '0'))
        {
            words.AddRange(digits.Select(d => Ones[d - '0']));
            return;
        }

        var value = int.Parse(digits, System.Globalization.CultureInfo.InvariantCulture);
        if (value is >= 1100 and <= 2099 && value % 1000 >= 100 && digits.Length == 4)
        {
            Say(value / 100, words);
            if (value % 100 == 0)
            {
                words.Add("hundred");
                return;
            }

            if (value % 100 < 10)
            {
                words.Add("oh");
            }

            Say(value % 100, words);
            return;
        }

        Say(value, words);
    }

    private static void Say(int value, List<string> words)
    {
        foreach (var (unit, name) in (ReadOnlySpan<(int, string)>)[(1_000_000, "million"), (1000, "thousand"), (100, "hundred")])
        {
            if (value >= unit)
            {
                Say(value / unit, words);
                words.Add(name);
                value %= unit;
                if (value == 0)
                {
                    return;
                }
            }
        }

        if (value >= 20)
        {
            words.Add(Tens[value / 10]);
            value %= 10;
            if (value == 0)
            {
                return;
            }
        }

        words.Add(Ones[value]);
    }
}

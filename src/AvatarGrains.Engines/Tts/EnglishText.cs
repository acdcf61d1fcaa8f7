using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace AvatarGrains.Engines.Tts;

/// <summary>Writes out what an English voice that knows only ASCII words and plain numbers would misread.</summary>
internal static partial class EnglishText
{
    private static readonly string[] Months =
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

    private static readonly (string Short, string Long)[] Words =
    [
        ("e.g.", "for example,"), ("i.e.", "that is,"), ("etc.", "et cetera"), ("vs.", "versus"), ("approx.", "approximately"), ("w/o", "without"),
        ("w/", "with "), ("km/h", "kilometres per hour"), ("°C", " degrees Celsius"), ("°F", " degrees Fahrenheit"), ("°", " degrees "),
        ("№", "number "),
    ];

    private const string Accented = "àáâãäåçèéêëìíîïñòóôõöøùúûüýÿšžœæßÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝŠŽŒÆłŁđĐ";
    private const string Plain = "aaaaaaceeeeiiiinoooooouuuuyyszoesAAAAAACEEEEIIIINOOOOOOUUUUYSZOAlLdD";

    public static string Normalize(string text)
    {
        foreach (var (from, to) in Words)
        {
            text = text.Replace(from, to, StringComparison.OrdinalIgnoreCase);
        }

        text = MailPattern().Replace(
            text, m => m.Value.Replace("@", " at ", StringComparison.Ordinal).Replace(".", " dot ", StringComparison.Ordinal));
        text = DatePattern().Replace(text, Date);
        text = ThousandsPattern().Replace(text, m => m.Value.Replace(",", "", StringComparison.Ordinal));
        text = MoneyPattern().Replace(text, Money);
        text = TimePattern().Replace(text, Time);
        text = HostPattern().Replace(text, m => m.Value.Replace(".", " dot ", StringComparison.Ordinal));
        text = VersionPattern().Replace(text, m => m.Value.Replace(".", " point ", StringComparison.Ordinal));
        text = NegativePattern().Replace(text, "minus ");
        text = AcronymPattern().Replace(text, m => Spell(m, text));
        return Ascii(text);
    }

    private static string Date(Match match)
    {
        var month = int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture);
        var day = int.Parse(match.Groups[3].ValueSpan, CultureInfo.InvariantCulture);
        return month is >= 1 and <= 12 && day is >= 1 and <= 31 ? $"{Months[month - 1]} {day}, {match.Groups[1].Value}" : match.Value;
    }

    private static string Time(Match match)
    {
        var (hour, minute) = (match.Groups[1].Value, match.Groups[2].Value);
        return minute == "00" ? hour + " o'clock" : minute[0] == '0' ? $"{hour} oh {minute[1]}" : $"{hour} {minute}";
    }

    private static string Money(Match match)
    {
        var (unit, cent) = match.Groups[1].Value switch
        {
            "$" => ("dollar", "cent"),
            "€" => ("euro", "cent"),
            "£" => ("pound", "penny"),
            _ => ("yen", "sen"),
        };
        var amount = match.Groups[2].Value;
        var many = amount == "1" || unit == "yen" ? "" : "s";
        if (match.Groups[4].Success)
        {
            var fraction = match.Groups[3].Success ? "." + match.Groups[3].Value : "";
            return $"{amount}{fraction} {match.Groups[4].Value} {unit}{(unit == "yen" ? "" : "s")}";
        }

        var cents = match.Groups[3].Success ? match.Groups[3].Value.PadRight(2, '0').TrimStart('0') : "";
        return $"{amount} {unit}{many}" + (cents.Length == 0 ? "" : $" and {cents} {(cent == "penny" ? "pence" : cents == "1" ? cent : cent + "s")}");
    }

    /// <summary>
    /// Letters one by one, where a short word of capitals stands in ordinary text. The letter A alone would be read as the article.
    /// </summary>
    private static string Spell(Match match, string text)
    {
        var word = match.Groups[1].Value;
        var pronounceable = word is "NASA" or "NATO" or "PIN" or "SIM" or "RAM" or "JPEG" or "JSON" or "GIF" or "OK"
            || text.All(c => !char.IsLower(c));
        var letters = string.Join(' ', word.Select(c => c == 'A' ? "ay" : c.ToString()));
        return pronounceable ? match.Value : letters + (match.Groups[2].Length > 0 ? "'s" : "");
    }

    private static string Ascii(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            _ = c switch
            {
                '&' => result.Append(" and "),
                '%' => result.Append(" percent"),
                '+' => result.Append(" plus "),
                '=' => result.Append(" equals "),
                '@' => result.Append(" at "),
                '×' => result.Append(" times "),
                '÷' => result.Append(" divided by "),
                '/' => result.Append(' '),
                < '\x7f' => result.Append(c),
                _ => result.Append(Accented.IndexOf(c, StringComparison.Ordinal) is var i and >= 0 ? Plain[i] : ' '),
            };
        }

        return SpacePattern().Replace(result.ToString(), " ").Replace(" ,", ",", StringComparison.Ordinal).Trim();
    }

    [GeneratedRegex(@"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b", RegexOptions.CultureInvariant)]
    private static partial Regex MailPattern();

    [GeneratedRegex(@"\b(\d{4})-(\d{2})-(\d{2})\b", RegexOptions.CultureInvariant)]
    private static partial Regex DatePattern();

    [GeneratedRegex(@"\b\d{1,3}(?:,\d{3})+\b", RegexOptions.CultureInvariant)]
    private static partial Regex ThousandsPattern();

    [GeneratedRegex(@"([$€£¥])\s?(\d+)(?:\.(\d{1,2}))?(?:\s(thousand|million|billion|trillion))?", RegexOptions.CultureInvariant)]
    private static partial Regex MoneyPattern();

    [GeneratedRegex(@"\b([01]?\d|2[0-3]):([0-5]\d)\b", RegexOptions.CultureInvariant)]
    private static partial Regex TimePattern();

    [GeneratedRegex(
        @"\b[a-zA-Z][\w-]*(?:\.[a-zA-Z][\w-]*)*\.(?:com|org|net|io|ai|dev|edu|gov|uk|de|kr|jp|json|md|yml|txt)\b", RegexOptions.CultureInvariant)]
    private static partial Regex HostPattern();

    [GeneratedRegex(@"\b\d+(?:\.\d+){2,}\b", RegexOptions.CultureInvariant)]
    private static partial Regex VersionPattern();

    [GeneratedRegex(@"(?<=^|[\s(])-(?=\d)", RegexOptions.CultureInvariant)]
    private static partial Regex NegativePattern();

    [GeneratedRegex(@"\b([A-Z]{2,5})('?s)?\b", RegexOptions.CultureInvariant)]
    private static partial Regex AcronymPattern();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant)]
    private static partial Regex SpacePattern();
}

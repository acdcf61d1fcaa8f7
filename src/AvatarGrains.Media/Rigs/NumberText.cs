using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace AvatarGrains.Media.Rigs;

/// <summary>An attribute value seen as text with numbers in it, so that two values of the same build can be blended number by number.</summary>
internal sealed partial class NumberText
{
    private readonly string[] _texts;

    private NumberText(string[] texts, double[] numbers)
    {
        _texts = texts;
        Numbers = numbers;
    }

    public double[] Numbers { get; }

    public static NumberText Parse(string value)
    {
        var texts = new List<string>();
        var numbers = new List<double>();
        var from = 0;
        // Colours and references (#…) hold digits that are not numbers.
        foreach (Match match in value.Contains('#', StringComparison.Ordinal) ? [] : NumberPattern().Matches(value).AsEnumerable())
        {
            texts.Add(value[from..match.Index]);
            numbers.Add(double.Parse(match.ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture));
            from = match.Index + match.Length;
        }

        texts.Add(value[from..]);
        return new NumberText([.. texts], [.. numbers]);
    }

    /// <summary>True when both consist of the same commands and words with numbers at the same places, whatever separates them.</summary>
    public bool IsAlike(NumberText other)
    {
        if (Numbers.Length != other.Numbers.Length)
        {
            return false;
        }

        for (var i = 0; i < _texts.Length; i++)
        {
            if (!WithoutSeparators(_texts[i]).SequenceEqual(WithoutSeparators(other._texts[i])))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Appends the text with other numbers.</summary>
    public void AppendTo(StringBuilder output, ReadOnlySpan<double> numbers)
    {
        for (var i = 0; i < numbers.Length; i++)
        {
            var text = _texts[i];
            output.Append(text);
            if (i > 0 && text.Length == 0)
            {
                output.Append(' ');
            }

            output.Append(CultureInfo.InvariantCulture, $"{numbers[i]:0.###}");
        }

        output.Append(_texts[^1]);
    }

    private static string WithoutSeparators(string text) => SeparatorPattern().Replace(text, "");

    [GeneratedRegex(@"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")]
    private static partial Regex NumberPattern();

    [GeneratedRegex(@"[\s,]+")]
    private static partial Regex SeparatorPattern();
}

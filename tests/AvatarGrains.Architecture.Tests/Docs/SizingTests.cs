using System.Globalization;
using System.Text.RegularExpressions;

namespace AvatarGrains.Architecture.Tests.Docs;

/// <summary>Every figure of the sizing section follows from the measured ones, and those are the ones that docs/benchmarks.md has.</summary>
public sealed partial class SizingTests
{
    private const string Section = "## Sizing";

    private readonly string _text = Read();

    [Theory]
    [InlineData("c_s", 640)]
    [InlineData("c_i", 2000)]
    public void Cost_of_an_avatar_is_that_of_the_largest_measured_window(string name, int sessions)
    {
        var row = Rows(File.ReadAllText(Path.Combine(Repository.Root, "docs", "benchmarks.md"))).Single(r => r[0] == $"{sessions}");
        var (cores, poses) = (Number(row[1]), Number(row[3]));
        Assert.True(Shows(Table()[name], (cores - poses) / sessions), $"{name}: {(cores - poses) / sessions:G4}");
        var shown = Numbers(Row(name)[2]);
        Assert.True(Agrees(shown[1], sessions / (cores - poses)), $"{shown[1]} a core: {sessions / (cores - poses):G4}");
    }

    /// <summary>500 sessions are asked every 8 s; the last number of the row is what was printed: cores, or messages a second.</summary>
    [Theory]
    [InlineData("u_s", 1000)]
    [InlineData("u_e", 1000)]
    [InlineData("u_w", 1000)]
    [InlineData("n", 1)]
    public void Cost_of_a_question_is_what_the_cluster_benchmark_printed(string name, double unit) =>
        Check(name, Numbers(Row(name)[2])[0], [Number(Numbers(Row(name)[3])[^1]) * 8 / 500 * unit]);

    [Fact]
    public void Figures_for_one_avatar_follow_from_what_was_measured()
    {
        foreach (var (name, expected) in new SizingFigures(Table()).Derived)
        {
            Check(name, Row(name)[3], expected);
        }
    }

    [Fact]
    public void Figures_from_one_avatar_to_a_million_follow_from_those_for_one()
    {
        var figures = new SizingFigures(Table());
        var rows = Rows(_text[_text.IndexOf("### From one core to a million", StringComparison.Ordinal)..])
            .Where(r => r.Count == 8 && char.IsAsciiDigit(r[0][0]))
            .ToList();
        Assert.Equal(7, rows.Count);
        foreach (var row in rows)
        {
            Check(row[0], string.Join(' ', row.Skip(1)), figures.Scale(Number(row[0])));
        }
    }

    [Fact]
    public void Figures_of_every_step_and_of_the_cost_follow_too()
    {
        var figures = new SizingFigures(Table());
        foreach (var (step, expected) in figures.Steps)
        {
            Check(step, string.Join(' ', Row(step).Skip(1)), expected);
        }

        Check("a million", Between("A million: ", "\n\n"), figures.Million);
        Check("cost", Between("for an hour takes ", "GB out"), [figures.Core, figures.EdgeCore, figures.GigabytesAnHour]);
        Check("formula", Between("cost of an hour = ", "language model"), [figures.Core, figures.GigabytesAnHour]);
        Check("which is dearer", Between("P_GB is above ", " · P_core"), [figures.Core / figures.GigabytesAnHour]);
    }

    [Theory]
    [InlineData("1,500", 1549, true)]
    [InlineData("1,500", 1551, false)]
    [InlineData("0.020", 0.0204, true)]
    [InlineData("0.020", 0.0206, false)]
    [InlineData("29", 28.5, true)]
    public void Figure_agrees_when_it_is_the_number_rounded_to_the_places_it_shows(string shown, double number, bool agrees) =>
        Assert.Equal(agrees, Agrees(shown, number));

    private static string Read()
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "operations.md"));
        var begin = text.IndexOf(Section, StringComparison.Ordinal);
        return text[begin..text.IndexOf("\n## ", begin + Section.Length, StringComparison.Ordinal)];
    }

    private static IEnumerable<IReadOnlyList<string>> Rows(string text) =>
        text.Split('\n')
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Select(line => (IReadOnlyList<string>)[.. line.Trim('|', ' ').Split('|').Select(cell => cell.Trim())]);

    private static IReadOnlyList<string> Numbers(string text) => [.. Figure().Matches(text).Select(m => m.Value)];

    private static double Number(string text) => double.Parse(text, NumberStyles.Number, CultureInfo.InvariantCulture);

    private static void Check(string what, string text, double[] expected)
    {
        var shown = Numbers(text);
        Assert.True(
            shown.Count == expected.Length && shown.Zip(expected, Agrees).All(good => good),
            $"{what} shows {string.Join("; ", shown)}, and it comes "
                + $"to {string.Join("; ", expected.Select(e => e.ToString("G5", CultureInfo.InvariantCulture)))}");
    }

    private static bool Shows(double shown, double number) => Agrees(shown.ToString("0.#####", CultureInfo.InvariantCulture), number);

    /// <summary>
    /// True when the figure is the number, rounded to as many places as the figure shows; zeros at the end of a whole number may be
    /// rounding.
    /// </summary>
    private static bool Agrees(string shown, double number)
    {
        var digits = shown.Replace(",", "", StringComparison.Ordinal);
        var point = digits.IndexOf('.', StringComparison.Ordinal);
        var zeros = digits.Length - digits.TrimEnd('0').Length;
        var unit = point >= 0 ? Math.Pow(10, point + 1 - digits.Length) : Math.Pow(10, Math.Min(zeros, Math.Max(0, digits.Length - 2)));
        return Math.Abs(Number(shown) - number) <= (unit / 2) + 1e-9;
    }

    private IReadOnlyList<string> Row(string name) => Rows(_text).Single(row => row[0] == name);

    /// <summary>What was measured and assumed: the first number of each row, fractions too.</summary>
    private Dictionary<string, double> Table() =>
        Rows(_text).Where(row => Name().IsMatch(row[0]) && Figure().IsMatch(row[2])).GroupBy(row => row[0]).ToDictionary(rows => rows.Key, rows =>
        {
            var cell = rows.First()[2];
            var numbers = Numbers(cell);
            return cell.Contains('/', StringComparison.Ordinal) && numbers.Count == 2 && numbers[0] == "1"
                ? 1 / Number(numbers[1])
                : Number(numbers[0]);
        });

    private string Between(string begin, string end)
    {
        var from = _text.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        return _text[from.._text.IndexOf(end, from, StringComparison.Ordinal)];
    }

    [GeneratedRegex(@"(?<![\w.])\d[\d,]*(\.\d+)?(?!\w)")]
    private static partial Regex Figure();

    [GeneratedRegex(@"^(\w_\w|[φTLψDnr])$")]
    private static partial Regex Name();
}

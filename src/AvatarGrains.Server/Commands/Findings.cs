using System.Globalization;

namespace AvatarGrains.Server.Commands;

/// <summary>The doctor's report, line by line.</summary>
internal sealed class Findings(TextWriter output)
{
    private const int Column = 34;

    /// <summary>Things the server cannot do without.</summary>
    public int Problems { get; private set; }

    /// <summary>What it comes down to.</summary>
    public string Summary => Problems switch
    {
        0 => "All is well: start with  ./avatar run",
        1 => "One thing needs attention: see PROBLEM above.",
        _ => string.Create(CultureInfo.InvariantCulture, $"{Problems} things need attention: see PROBLEM above."),
    };

    public void Head(string title)
    {
        output.WriteLine();
        output.WriteLine(title);
    }

    public void Good(string what, string detail) => Write("ok", what, detail);

    /// <summary>Something optional is missing.</summary>
    public void Note(string what, string detail) => Write("note", what, detail);

    public void Bad(string what, string detail)
    {
        Problems++;
        Write("PROBLEM", what, detail);
    }

    private void Write(string verdict, string what, string detail) => output.WriteLine($"  {verdict,-8} {what.PadRight(Column)} {detail}");
}

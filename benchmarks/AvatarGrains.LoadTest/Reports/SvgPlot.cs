using System.Globalization;
using System.Text;

namespace AvatarGrains.LoadTest.Reports;

/// <summary>Draws server cost over sessions, with the straight line through the origin that fits best.</summary>
internal static class SvgPlot
{
    private const double Width = 720;
    private const double Height = 420;
    private const double Left = 70;
    private const double Right = 24;
    private const double Top = 48;
    private const double Bottom = 56;

    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    public static string Write(IReadOnlyList<Window> windows, string title)
    {
        var points = windows.OrderBy(one => one.Sessions).ToArray();
        var xMax = Nice(points.Max(one => one.Sessions));
        var yMax = Nice(points.Max(one => one.ServerCores));
        var svg = new StringBuilder();
        svg.AppendLine(Invariant, $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}" """
            + $"""font-family="system-ui, sans-serif" font-size="13" fill="#334155">""");
        svg.AppendLine(Invariant, $"""<rect width="{Width}" height="{Height}" fill="#ffffff"/>""");
        svg.AppendLine(Invariant, $"""<text x="{Left}" y="28" font-size="16" font-weight="600" fill="#0f172a">{title}</text>""");
        for (var i = 0; i <= 5; i++)
        {
            var y = Y(yMax * i / 5, yMax);
            var x = X(xMax * i / 5, xMax);
            svg.AppendLine(Invariant, $"""<path d="M{Left} {y:0.0}H{Width - Right}" stroke="#e2e8f0"/>"""
                + $"""<text x="{Left - 8}" y="{y + 4:0.0}" text-anchor="end">{yMax * i / 5:0.##}</text>""");
            svg.AppendLine(Invariant, $"""<text x="{x:0.0}" y="{Height - Bottom + 20}" text-anchor="middle">{xMax * i / 5:0}</text>""");
        }

        var slope = points.Sum(one => one.Sessions * one.ServerCores) / points.Sum(one => (double)one.Sessions * one.Sessions);
        var end = Math.Min(xMax, slope > 0 ? yMax / slope : xMax);
        svg.AppendLine(Invariant, $"""<path d="M{X(0, xMax):0.0} {Y(0, yMax):0.0}L{X(end, xMax):0.0} {Y(slope * end, yMax):0.0}" """
            + $"""stroke="#94a3b8" stroke-dasharray="5 5" fill="none"/>""");
        var corners = points.Select(one => string.Create(Invariant, $"{X(one.Sessions, xMax):0.0},{Y(one.ServerCores, yMax):0.0}"));
        svg.AppendLine(Invariant, $"""<polyline points="{string.Join(' ', corners)}" fill="none" stroke="#0d9488" stroke-width="2"/>""");
        foreach (var one in points)
        {
            var colour = one.IsGood ? "#0d9488" : "#dc2626";
            svg.AppendLine(Invariant, $"""<circle cx="{X(one.Sessions, xMax):0.0}" cy="{Y(one.ServerCores, yMax):0.0}" r="4" fill="{colour}"/>""");
        }

        svg.AppendLine(Invariant, $"""<text x="{(Left + Width - Right) / 2}" y="{Height - 12}" text-anchor="middle">"""
            + $"sessions (red: too late); dashed: {(slope > 0 ? 1 / slope : 0):0} sessions per core</text>");
        svg.AppendLine(Invariant, $"""<text transform="translate(18 {(Top + Height - Bottom) / 2}) rotate(-90)" text-anchor="middle">"""
            + $"server cores, user and system</text>");
        svg.AppendLine("</svg>");
        return svg.ToString();
    }

    private static double X(double value, double max) => Left + (value / max * (Width - Left - Right));

    private static double Y(double value, double max) => Height - Bottom - (value / max * (Height - Top - Bottom));

    /// <summary>The next 1, 2 or 5 times a power of ten.</summary>
    private static double Nice(double value)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(value, 1e-6))));
        var lead = value / power;
        return (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10) * power;
    }
}

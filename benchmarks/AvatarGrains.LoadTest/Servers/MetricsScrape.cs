using System.Globalization;

namespace AvatarGrains.LoadTest.Servers;

/// <summary>Reads a server's counters from <c>GET /metrics</c> (Prometheus text).</summary>
internal static class MetricsScrape
{
    /// <summary>Values by name; empty when the server has none to give.</summary>
    public static async Task<IReadOnlyDictionary<string, double>> ReadAsync(HttpClient http, CancellationToken cancellationToken)
    {
        var result = new SortedDictionary<string, double>(StringComparer.Ordinal);
        using var response = await http.GetAsync("metrics", cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            return result;
        }

        foreach (var line in (await response.Content.ReadAsStringAsync(cancellationToken)).Split('\n'))
        {
            var space = line.LastIndexOf(' ');
            if (space > 0 && line[0] != '#'
                && double.TryParse(line.AsSpan(space + 1).TrimEnd(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            {
                result[line[..space]] = value;
            }
        }

        return result;
    }
}

using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using AvatarGrains.ClusterBench.Processes;

namespace AvatarGrains.ClusterBench.Reports;

/// <summary>The outcome of a run: times, what each process did meanwhile, single findings.</summary>
internal sealed record BenchReport(string Title)
{
    private static readonly JsonSerializerOptions Written = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public Dictionary<string, Spread> Times { get; } = [];

    public Dictionary<string, SiloLoad> Loads { get; } = [];

    public Dictionary<string, double> Findings { get; } = [];

    public void Print(bool json)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Title}; {Environment.ProcessorCount} cores"));
        if (Times.Count > 0)
        {
            Console.WriteLine("\n| ms | count | p50 | p99 | max |\n|---|---:|---:|---:|---:|");
            foreach (var (name, t) in Times)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {t.Count} | {t.P50:0.0} | {t.P99:0.0} | {t.Max:0.0} |"));
            }
        }

        if (Loads.Count > 0)
        {
            Console.WriteLine(
                "\n| process | cores | messages/s sent | KB/s sent | session writes/s | reads/s | GCs (ms) |\n|---|---:|---:|---:|---:|---:|---:|");
            foreach (var (name, l) in Loads)
            {
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {name} | {l.Cores:0.000} | {l.MessagesPerSecond:0} | {l.BytesPerSecond / 1000:0} | {l.WritesPerSecond:0.0} "
                    + $"| {l.ReadsPerSecond:0.0} | {l.Collections} ({l.PauseMs:0}) |"));
            }
        }

        Console.WriteLine();
        foreach (var (name, value) in Findings)
        {
            Console.WriteLine($"{name}: {value.ToString("0.##", CultureInfo.InvariantCulture)}");
        }

        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(this, Written));
        }
    }
}

/// <summary>How something is spread.</summary>
internal sealed record Spread(int Count, double P50, double P99, double Max)
{
    public static Spread Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? new(0, 0, 0, 0) : new(sorted.Length, At(0.5), At(0.99), sorted[^1]);

        double At(double part) => sorted[(int)((sorted.Length - 1) * part)];
    }
}

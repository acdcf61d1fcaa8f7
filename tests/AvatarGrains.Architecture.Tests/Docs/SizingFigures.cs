namespace AvatarGrains.Architecture.Tests.Docs;

/// <summary>The arithmetic of the sizing section of docs/operations.md. Letters are those of its tables; cores, seconds, kbit/s.</summary>
/// <param name="table">What was measured and assumed, by name.</param>
internal sealed class SizingFigures(IReadOnlyDictionary<string, double> table)
{
    private const double HeaderBytes = 28;
    private const double TwoThirds = 2.0 / 3;

    public double EdgeCore => Mixed("c_s", "c_i") + (table["u_e"] / 1000 / table["T"]);

    public double MediaThread => Mixed("m_s", "c_i");

    public double SessionCore => table["u_s"] / 1000 / table["T"];

    public double Synthesis => table["φ"] * table["s_f"];

    public double Recognition => table["ψ"] * table["r"];

    public double WorkerCore => table["u_w"] / 1000 / table["T"];

    public double Workers => Synthesis + Recognition + WorkerCore;

    public double Core => EdgeCore + SessionCore + Workers;

    public double Datagrams => Mixed("d_s", "d_i");

    public double Kilobits => Mixed("k_s", "k_i") + (HeaderBytes * 8 / 1000 * Datagrams);

    public double Writes => (table["w_t"] / table["T"]) + (1.0 / 60) + (table["w_l"] / (table["L"] * 60));

    public double Messages => table["n"] / table["T"];

    public double GigabytesAnHour => Kilobits * 3600 / 8 / 1e6;

    /// <summary>The numbers in each row of the table of what follows, by its name, in the order in which they stand there.</summary>
    public IReadOnlyDictionary<string, double[]> Derived => new Dictionary<string, double[]>
    {
        ["e"] = [EdgeCore, 1 / EdgeCore],
        ["t"] = [MediaThread, 1 / MediaThread, TwoThirds / MediaThread],
        ["s"] = [SessionCore, 1 / SessionCore, TwoThirds / SessionCore],
        ["v"] = [Synthesis],
        ["h"] = [Recognition],
        ["o"] = [WorkerCore],
        ["d"] = [Datagrams],
        ["k"] = [Kilobits],
        ["w"] = [Writes],
        ["m"] = [Messages],
    };

    /// <summary>The numbers in each row of the table of steps.</summary>
    public IReadOnlyDictionary<string, double[]> Steps => new Dictionary<string, double[]>
    {
        ["1 → 10"] = [10 * Core],
        ["10 → 100"] = [Core, Recognition, 1 / Core, Math.Ceiling(100 * Core)],
        ["100 → 1,000"] = [1000 * Workers, 1000 * Core, 1 / MediaThread, Core / MediaThread],
        ["1,000 → 10,000"] = [10_000 * Workers, 10_000 * Core, 10, TwoThirds * 10e6 / Kilobits, 10_000 * Writes / table["D"] * 100],
        ["10,000 → 100,000"] =
        [
            100_000 * Writes, 100_000 * Writes / table["D"], table["D"] / Writes, Math.Ceiling(100_000 * Writes / table["D"] / TwoThirds),
            100_000 * SessionCore, 100_000 * SessionCore / TwoThirds,
        ],
        ["100,000 → 1,000,000"] =
        [
            Edges(1_000_000),
            1_000_000 * SessionCore / TwoThirds, 1_000_000 * Kilobits / 1e6, Math.Ceiling(1_000_000 * Kilobits / 1e6 / 25 / TwoThirds), 25,
        ],
    };

    /// <summary>The numbers of the sentence about a million.</summary>
    public double[] Million =>
    [
        1e6 * EdgeCore, Edges(1e6), 1e6 * SessionCore, 1e6 * Workers, 1e6 * Recognition, 1e6 * Writes,
        Math.Ceiling(1e6 * Writes / table["D"] / TwoThirds),
        1e6 * Messages, Datagrams, Kilobits,
    ];

    /// <summary>A row of the table from one core to a million.</summary>
    public double[] Scale(double avatars) =>
    [
        avatars * EdgeCore, Edges(avatars), avatars * SessionCore, avatars * Workers, avatars * Writes, avatars * Messages, avatars * Kilobits / 1e6,
    ];

    private double Edges(double avatars) => Math.Ceiling(avatars * MediaThread / TwoThirds);

    private double Mixed(string speaking, string silent) => (table["φ"] * table[speaking]) + ((1 - table["φ"]) * table[silent]);
}

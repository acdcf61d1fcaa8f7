using System.Globalization;

namespace AvatarGrains.ClusterBench;

/// <summary>What to run.</summary>
internal sealed record BenchOptions
{
    public required string Scenario { get; init; }

    /// <summary>Sessions, one run for each number.</summary>
    public IReadOnlyList<int> Sessions { get; init; } = [500];

    /// <summary>Length of the measured window.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Time before it.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time between two questions to one session that talks.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>Share of the sessions that talk, where not all do.</summary>
    public double Talking { get; init; }

    /// <summary>First of the TCP ports between silos; each silo has the next.</summary>
    public int Port { get; init; } = 25_000;

    /// <summary>Connection string of a PostgreSQL, or null for a SQLite file.</summary>
    public string? Postgres { get; init; }

    /// <summary>Print the result as one JSON object in the last line.</summary>
    public bool Json { get; init; }

    public static string Usage => """
        Usage: AvatarGrains.ClusterBench SCENARIO [OPTIONS]

        Every silo but the edge is a process of its own, connected by TCP on this machine,
        with a scripted language model and voice; the edge is this process.

          speech     sessions that speak almost all the time on one session silo: how long speech travels from it to the edge
          sessions   sessions that are connected and silent, or of which some talk: memory, processor time, writes; one step for each number
          drain      a session silo leaves: when its sessions are active at another, and how long each did not answer
          kill       a session silo is killed (SIGKILL): the same
          answers    how soon a worker's answer begins and what its pieces cost, in one silo and between two over TCP, all in this process
          streams    what could carry the feeds: two silos in this process over in-memory connections

          --sessions N[,N]  sessions; a run for each number (500)
          --duration TIME   measured window (20s)
          --settle TIME     before it (10s)
          --every TIME      between two questions to one session that talks; its answer is 5.6 s long (8s)
          --talking SHARE   of the sessions, where not all talk (0)
          --postgres STRING connection string of a PostgreSQL whose schema avatargrains is used (a new SQLite file, and a Redis for the membership)
          --port N          first TCP port between silos (25000)
          --json            print the result as one JSON object in the last line
        """;

    /// <exception cref="FormatException">The command line is wrong; the message says how.</exception>
    public static BenchOptions Parse(IReadOnlyList<string> args)
    {
        var options = new BenchOptions { Scenario = args.Count > 0 ? args[0] : throw new FormatException("which scenario?") };
        for (var i = 1; i < args.Count; i++)
        {
            var name = args[i];
            if (name == "--json")
            {
                options = options with { Json = true };
                continue;
            }

            var value = ++i < args.Count ? args[i] : throw new FormatException($"{name} needs a value");
            options = name switch
            {
                "--sessions" => options with { Sessions = [.. value.Split(',').Select(Number)] },
                "--duration" => options with { Duration = Time(value) },
                "--settle" => options with { Settle = Time(value) },
                "--every" => options with { Every = Time(value) },
                "--talking" => options with { Talking = double.Parse(value, CultureInfo.InvariantCulture) },
                "--postgres" => options with { Postgres = value },
                "--port" => options with { Port = Number(value) },
                _ => throw new FormatException($"there is no option '{name}'"),
            };
        }

        return options;
    }

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static TimeSpan Time(string text)
    {
        var unit = text[^1] switch { 's' => 1, 'm' => 60, _ => throw new FormatException($"'{text}' is no time; write 30s or 5m") };
        return TimeSpan.FromSeconds(unit * double.Parse(text.AsSpan(0, text.Length - 1), CultureInfo.InvariantCulture));
    }
}

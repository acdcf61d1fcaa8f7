using System.Globalization;
using AvatarGrains.LoadTest.Clients;

namespace AvatarGrains.LoadTest;

/// <summary>What to run.</summary>
internal sealed record LoadOptions
{
    private const string DefaultMix = "idle:45,speaking:25,conversation:10,listening:10,socket:5,events:5";

    public string Scenario { get; init; } = "speaking";

    /// <summary>Who does what in scenario mix.</summary>
    public Mix Mix { get; init; } = Mix.Parse(DefaultMix);

    /// <summary>Clients; 0 for the scenario's own number.</summary>
    public int Sessions { get; init; }

    /// <summary>Search for the most clients the server carries well.</summary>
    public bool Max { get; init; }

    /// <summary>Print the result as one JSON object in the last line.</summary>
    public bool Json { get; init; }

    /// <summary>cached, espeak or flite.</summary>
    public string Speech { get; init; } = "cached";

    /// <summary>Length of the measured window.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time for clients to settle before the window.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Longest time to wait until the avatar's poses are encoded and the code is compiled, before anything is measured.</summary>
    public TimeSpan Warm { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Servers that run already, the edges of one cluster; none to start one. Clients join them in turn.</summary>
    public IReadOnlyList<Uri> Servers { get; init; } = [];

    /// <summary>Processes of <see cref="Servers"/>, in their order.</summary>
    public IReadOnlyList<int> ServerPids { get; init; } = [];

    /// <summary>Further processes whose time is the service's: session silos, workers, a database.</summary>
    public IReadOnlyList<(string Name, int Id)> Processes { get; init; } = [];

    public string? ServerDll { get; init; }

    public string Configuration { get; init; } = "Release";

    /// <summary>TCP port of the started server, 0 for a free one.</summary>
    public int Port { get; init; }

    /// <summary>UDP port of the started server, 0 for a free one.</summary>
    public int MediaPort { get; init; }

    /// <summary>Where to write report.json and plot.svg.</summary>
    public string Output { get; init; } = "load-report";

    public string Avatar { get; init; } = "mira";

    /// <summary>Share of datagrams lost in scenario loss.</summary>
    public double Loss { get; init; } = 0.05;

    /// <summary>Clients that decode everything.</summary>
    public int Decode { get; init; } = 1;

    public int Seed { get; init; } = 1;

    /// <summary>First step of <see cref="Max"/>.</summary>
    public int From { get; init; } = 10;

    /// <summary>Time after which <see cref="Max"/> tries no further step.</summary>
    public TimeSpan Within { get; init; } = TimeSpan.FromMinutes(8);

    /// <summary>Largest step of <see cref="Max"/>.</summary>
    public int Limit { get; init; } = 4000;

    public static string Usage => """
        Usage: AvatarGrains.LoadTest [OPTIONS]

          --scenario NAME   speaking, idle, conversation, mix, join-storm, churn, soak, loss or peer (speaking)
          --mix SHARES      who does what in scenario mix: idle, speaking, conversation, listening (a microphone), socket (the session's
                            WebSocket), events (REST and its event stream); idle:50,listening:20,speaking:30
          --sessions N      clients (each scenario has its own number)
          --max             find the most clients at which p99 frame lateness stays within 20 ms and no audio packet is later than 40 ms
          --from N          first step of --max (10); --limit N its last (4000)
          --within TIME     begin no step of --max after this (8m)
          --speech KIND     cached: texts that were spoken before; espeak, flite: every sentence new (cached)
          --duration TIME   measured window: 10s, 5m, 2h (10s)
          --settle TIME     before it (4s)
          --warm TIME       longest wait for poses and compiler before anything is measured (120s)
          --loss SHARE      datagrams lost in scenario loss (0.05)
          --decode N        clients that decode everything they receive (1)
          --server URL --server-pid PID   measure a server that runs on this machine instead of starting one; given several times, the edges of
                            a cluster, which clients join in turn
          --process NAME=PID              a process whose time counts too, for example session-1=4711; may be given several times
          --port N --media-port N         ports of the started server (free ones)
          --server-dll FILE               the server to start
          --output DIR      where report.json and plot.svg go (load-report)
          --json            print the result as one JSON object in the last line
        """;

    /// <exception cref="FormatException">The command line is wrong; the message says how.</exception>
    public static LoadOptions Parse(IReadOnlyList<string> args)
    {
        var options = new LoadOptions();
        for (var i = 0; i < args.Count; i++)
        {
            var name = args[i];
            if (name is "--max" or "--json")
            {
                options = name == "--max" ? options with { Max = true } : options with { Json = true };
                continue;
            }

            var value = ++i < args.Count ? args[i] : throw new FormatException($"{name} needs a value");
            options = name switch
            {
                "--scenario" => options with { Scenario = value },
                "--mix" => options with { Mix = Mix.Parse(value) },
                "--within" => options with { Within = Time(value) },
                "--sessions" => options with { Sessions = Number(value) },
                "--from" => options with { From = Number(value) },
                "--limit" => options with { Limit = Number(value) },
                "--speech" when value is "cached" or "espeak" or "flite" => options with { Speech = value },
                "--speech" => throw new FormatException($"--speech {value}: cached, espeak or flite"),
                "--duration" => options with { Duration = Time(value) },
                "--settle" => options with { Settle = Time(value) },
                "--warm" => options with { Warm = Time(value) },
                "--loss" => options with { Loss = double.Parse(value, CultureInfo.InvariantCulture) },
                "--decode" => options with { Decode = Number(value) },
                "--server" => options with { Servers = [.. options.Servers, new Uri(value.TrimEnd('/') + "/")] },
                "--server-pid" => options with { ServerPids = [.. options.ServerPids, Number(value)] },
                "--process" => options with { Processes = [.. options.Processes, Named(value)] },
                "--server-dll" => options with { ServerDll = value },
                "--port" => options with { Port = Number(value) },
                "--media-port" => options with { MediaPort = Number(value) },
                "--output" => options with { Output = value },
                "--avatar" => options with { Avatar = value },
                "--seed" => options with { Seed = Number(value) },
                _ => throw new FormatException($"there is no option '{name}'"),
            };
        }

        return options.Servers.Count == options.ServerPids.Count
            ? options
            : throw new FormatException("each --server needs its --server-pid, to measure its processor time");
    }

    private static (string Name, int Id) Named(string text) =>
        text.Split('=') is [{ Length: > 0 } name, var id] ? (name, Number(id)) : throw new FormatException($"--process {text}: NAME=PID");

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static TimeSpan Time(string text)
    {
        var unit = text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => throw new FormatException($"'{text}' is no time; write 30s, 5m or 2h") };
        return TimeSpan.FromSeconds(unit * double.Parse(text.AsSpan(0, text.Length - 1), CultureInfo.InvariantCulture));
    }
}

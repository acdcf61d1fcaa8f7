using AvatarGrains.Core.Storage;
using AvatarGrains.Server.Configuration;

namespace AvatarGrains.Server.Commands;

/// <summary>Reads the command line, runs the command and turns what cannot be into one clear line each.</summary>
internal static class CommandLine
{
    private const string Usage = """
        Usage: AvatarGrains.Server [COMMAND] [OPTIONS]

          run        start the server (default)
            --port N              TCP port of page and API (8000; 0 for a free one)
            --media-port N        UDP port of audio and video (8001; 0 for a free one)
            --listen ADDRESS      address to listen on for HTTP (* for all)
            --public-address IP   address clients reach this machine by, when it is not one of its own
            --data DIR            folder of sessions and caches (data)
            --models DIR          folder with avatars (the one that comes with the server)
            --config FILE         JSON settings; the options above are settings too
            --log-level LEVEL     Trace, Debug, Information, Warning, Error or None (Warning)
            --cluster N           N silos on this machine, a process each, on one data folder; ports count up from those above by ten.
                                  They find each other in a Redis that is started for them (package redis-server)
            --openavatarchat      address, port and GET / as OpenAvatarChat's start_api.sh has them
            --until-input-ends    stop when standard input ends, and not at Ctrl-C: for a program that starts this one
          doctor     say what is installed and found, and what to do about the rest; takes the same options
          preview    draw an avatar's contact sheet: preview NAME [-o FILE.png]
          keys       API keys; a server that has had any asks for one:
            keys add [--tenant NAME] [--max-sessions N] [--minutes-per-session N] [--minutes-per-month N] [--requests-per-minute N]
            keys list
            keys revoke ID
                        limits hold for the tenant with all its keys; 0 is without limit; --data and --config as above

        Settings can also be given as environment variables: AVATAR_PORT, AVATAR_MEDIAPORT, AVATAR_DATA, ...
        """;

    private const string StartApi = "--openavatarchat";

    private static readonly Dictionary<string, string> Settings = new()
    {
        ["--port"] = "Port",
        ["--media-port"] = "MediaPort",
        ["--listen"] = "Listen",
        ["--public-address"] = "PublicAddress",
        ["--data"] = "Data",
        ["--models"] = "Models",
        ["--log-level"] = "LogLevel",
    };

    /// <returns>The exit code: 0 when all went well, 1 when the server could not do it, 2 when the command line is wrong.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output, TextWriter errors)
    {
        if (args.Any(arg => arg is "--help" or "-h" or "help"))
        {
            output.WriteLine(Usage);
            return 0;
        }

        var command = args.Count > 0 && !args[0].StartsWith('-') ? args[0] : "run";
        var rest = args.Skip(args.Count > 0 && command == args[0] ? 1 : 0).ToArray();
        try
        {
            return command switch
            {
                "run" => await StartAsync(rest, output, errors),
                "doctor" => await DoctorCommand.ExecuteAsync(Load(rest), output),
                "preview" => PreviewCommand.Execute(rest, output),
                "keys" => await KeysCommand.ExecuteAsync(rest, Load, output, TimeProvider.System),
                _ => throw new UsageException($"There is no command '{command}'."),
            };
        }
        catch (UsageException wrong)
        {
            errors.WriteLine($"avatar: {wrong.Message} See --help.");
            return 2;
        }
        catch (StartupException wrong)
        {
            foreach (var line in wrong.Lines)
            {
                errors.WriteLine($"avatar: {line}");
            }

            return 1;
        }
        catch (StorageUnavailableException lost)
        {
            errors.WriteLine($"avatar: {lost.Message}");
            return 1;
        }
        catch (DllNotFoundException missing)
        {
            errors.WriteLine($"avatar: {missing.Message}");
            return 1;
        }
    }

    private static async Task<int> StartAsync(IReadOnlyList<string> args, TextWriter output, TextWriter errors)
    {
        var rest = args.ToList();
        var untilInputEnds = rest.Remove("--until-input-ends");
        var at = rest.FindIndex(arg => arg == "--cluster" || arg.StartsWith("--cluster=", StringComparison.Ordinal));
        if (at < 0)
        {
            return await RunCommand.ExecuteAsync(Load(rest), untilInputEnds, output, errors);
        }

        var parts = rest[at].Contains('=', StringComparison.Ordinal) ? 1 : 2;
        var number = parts == 1 ? rest[at].Split('=', 2)[1] : rest.ElementAtOrDefault(at + 1);
        if (!int.TryParse(number, out var silos))
        {
            throw new UsageException("--cluster needs a number of silos.");
        }

        rest.RemoveRange(at, parts);
        using var cluster = new ClusterCommand(output, errors);
        return await cluster.ExecuteAsync(silos, Load(rest), WithoutPorts(rest));
    }

    /// <summary>Each silo has ports of its own, which a command line would override.</summary>
    private static List<string> WithoutPorts(List<string> args)
    {
        var kept = new List<string>();
        for (var i = 0; i < args.Count; i++)
        {
            var whole = args[i] == StartApi || args[i].Contains('=', StringComparison.Ordinal);
            var count = whole ? 1 : Math.Min(2, args.Count - i);
            if (args[i].Split('=', 2)[0] is not ("--port" or "--media-port"))
            {
                kept.AddRange(args.GetRange(i, count));
            }

            i += count - 1;
        }

        return kept;
    }

    private static ServerOptions Load(IReadOnlyList<string> args)
    {
        string? file = null;
        var settings = new Dictionary<string, string?>();
        for (var i = 0; i < args.Count; i++)
        {
            if (args[i] == StartApi)
            {
                settings["OpenAvatarChat:Defaults"] = "true";
                continue;
            }

            var (name, value) = args[i].Split('=', 2) is [var left, var right] ? (left, right) : (args[i], null);
            var known = Settings.TryGetValue(name, out var setting);
            if (!known && name != "--config")
            {
                throw new UsageException($"There is no option '{name}'.");
            }

            value ??= ++i < args.Count ? args[i] : throw new UsageException($"{name} needs a value.");
            if (known)
            {
                settings[setting!] = value;
            }
            else
            {
                file = value;
            }
        }

        return OptionsLoader.Load(file, settings);
    }
}

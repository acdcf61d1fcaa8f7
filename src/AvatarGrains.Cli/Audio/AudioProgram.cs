namespace AvatarGrains.Cli.Audio;

/// <summary>A program of the machine that records or plays.</summary>
/// <param name="Name">Its name on the PATH.</param>
/// <param name="Arguments">How it is called; <c>{file}</c> stands for the file to play.</param>
/// <param name="PlaysAll">It plays mp3 and ogg too, not only wav.</param>
internal sealed record AudioProgram(string Name, IReadOnlyList<string> Arguments, bool PlaysAll = false)
{
    /// <summary>Rate of what the recorders write to standard output: mono 16-bit little-endian samples.</summary>
    public const int RecordingRate = 16000;

    /// <summary>Where it is installed, or null while that is not known.</summary>
    public string? FullPath { get; init; }

    /// <summary>Recorders, best first.</summary>
    public static readonly IReadOnlyList<AudioProgram> Recorders =
    [
        new("parecord", ["--raw", "--format=s16le", "--rate=16000", "--channels=1", "--latency-msec=50"]),
        new("arecord", ["-q", "-t", "raw", "-f", "S16_LE", "-r", "16000", "-c", "1"]),
        new("pw-record", ["--raw", "--rate", "16000", "--channels", "1", "--format", "s16", "-"]),
        new("rec", ["-q", "-t", "raw", "-e", "signed-integer", "-b", "16", "-L", "-r", "16000", "-c", "1", "-"]),
        new("sox", ["-q", "-d", "-t", "raw", "-e", "signed-integer", "-b", "16", "-L", "-r", "16000", "-c", "1", "-"]),
        new("ffmpeg",
        [
            "-loglevel", "error", "-nostdin",
            "-f", OperatingSystem.IsMacOS() ? "avfoundation" : "alsa", "-i", OperatingSystem.IsMacOS() ? ":0" : "default",
            "-f", "s16le", "-ar", "16000", "-ac", "1", "-",
        ]),
    ];

    /// <summary>Players, best first.</summary>
    public static readonly IReadOnlyList<AudioProgram> Players =
    [
        new("paplay", ["{file}"]),
        new("pw-play", ["{file}"]),
        new("aplay", ["-q", "{file}"]),
        new("afplay", ["{file}"], PlaysAll: true),
        new("play", ["-q", "{file}"], PlaysAll: true),
        new("ffplay", ["-loglevel", "error", "-nodisp", "-autoexit", "{file}"], PlaysAll: true),
        new("sox", ["-q", "{file}", "-d"]),
    ];

    /// <summary>Those of <paramref name="programs"/> that are installed.</summary>
    /// <param name="programs">Candidates.</param>
    /// <param name="searchPath">The value of PATH.</param>
    public static IReadOnlyList<AudioProgram> Installed(IReadOnlyList<AudioProgram> programs, string? searchPath)
    {
        var folders = (searchPath ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return
        [
            .. from program in programs
               let found = folders.SelectMany(folder => new[] { Path.Join(folder, program.Name), Path.Join(folder, program.Name + ".exe") })
                   .FirstOrDefault(File.Exists)
               where found is not null
               select program with { FullPath = found },
        ];
    }
}

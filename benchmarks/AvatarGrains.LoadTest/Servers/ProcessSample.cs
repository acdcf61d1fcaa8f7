using System.Globalization;

namespace AvatarGrains.LoadTest.Servers;

/// <summary>What Linux says about a process: processor time (user and system), memory, threads and sockets.</summary>
/// <param name="At">When it was taken, µs.</param>
/// <param name="CpuSeconds">User and system time since its start.</param>
/// <param name="ResidentBytes">Resident memory.</param>
/// <param name="Threads">Threads.</param>
/// <param name="Sockets">Open sockets.</param>
/// <param name="ByThread">Processor seconds by thread name.</param>
internal sealed record ProcessSample(
    long At, double CpuSeconds, long ResidentBytes, int Threads, int Sockets, IReadOnlyDictionary<string, double> ByThread)
{
    // USER_HZ is 100 on every architecture .NET runs on.
    private const double TicksPerSecond = 100;
    private const int UserTimeField = 11;

    /// <exception cref="IOException">The process is gone.</exception>
    public static ProcessSample Take(int process, TimeProvider time)
    {
        var root = $"/proc/{process}";
        var memory = File.ReadLines($"{root}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        var kilobytes = long.Parse(
            memory.AsSpan(6, memory.Length - 9), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
        var byThread = new SortedDictionary<string, double>();
        var threads = 0;
        foreach (var thread in Directory.EnumerateDirectories($"{root}/task"))
        {
            if (ReadCpu(thread) is var (name, seconds))
            {
                threads++;
                byThread[name] = byThread.GetValueOrDefault(name) + seconds;
            }
        }

        // Not in whole numbers: nanoseconds times a million overflow two and a half hours after the machine has started.
        var at = (long)(time.GetTimestamp() * (1_000_000.0 / time.TimestampFrequency));
        return new ProcessSample(at, ReadCpu(root)!.Value.Seconds, kilobytes * 1024, threads, CountSockets(root), byThread);
    }

    /// <summary>Several processes together, at the moment of the last.</summary>
    public static ProcessSample Sum(IEnumerable<ProcessSample> samples)
    {
        var all = samples.ToList();
        var byThread = all.SelectMany(static one => one.ByThread)
            .GroupBy(static one => one.Key)
            .ToDictionary(static one => one.Key, static one => one.Sum(static t => t.Value));
        return new ProcessSample(
            all.Max(static one => one.At), all.Sum(static one => one.CpuSeconds),
            all.Sum(static one => one.ResidentBytes), all.Sum(static one => one.Threads), all.Sum(static one => one.Sockets), byThread);
    }

    private static (string Name, double Seconds)? ReadCpu(string folder)
    {
        try
        {
            var stat = File.ReadAllText($"{folder}/stat");
            var end = stat.LastIndexOf(')');
            var fields = stat[(end + 2)..].Split(' ');
            var ticks = double.Parse(fields[UserTimeField], CultureInfo.InvariantCulture)
                + double.Parse(fields[UserTimeField + 1], CultureInfo.InvariantCulture);
            return (stat[(stat.IndexOf('(', StringComparison.Ordinal) + 1)..end], ticks / TicksPerSecond);
        }
        catch (IOException)
        {
            // The thread has ended since its folder was listed.
            return null;
        }
    }

    private static int CountSockets(string root)
    {
        var count = 0;
        foreach (var file in new DirectoryInfo($"{root}/fd").EnumerateFiles())
        {
            count += file.LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true ? 1 : 0;
        }

        return count;
    }
}

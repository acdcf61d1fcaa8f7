using System.Text.Json;
using AvatarGrains.Grains.Sessions;
using Microsoft.Extensions.DependencyInjection;

namespace AvatarGrains.ClusterBench.Processes;

/// <summary>A process that is one silo and does what its standard input says, line by line; each line is answered by one.</summary>
internal static class SiloChild
{
    public const string Command = "silo";

    /// <summary>Begins every answer; other lines are what it logs.</summary>
    public const char Mark = '@';

    public const string Ready = "@ready";

    public static async Task<int> RunAsync(SiloPlan plan)
    {
        await using var parts = await SiloParts.StartAsync(plan);
        var sessions = parts.Services.GetRequiredService<SessionSilo>();
        var taps = new List<Tap>();
        Console.WriteLine(Ready);
        while (await Console.In.ReadLineAsync() is { } line)
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            var (word, rest) = space < 0 ? (line, "") : (line[..space], line[(space + 1)..]);
            switch (word)
            {
                case "stats":
                    Answer(JsonSerializer.Serialize(parts.Meter.Take(sessions.Count, rest.Length > 0)));
                    break;
                case "tap":
                    foreach (var id in rest.Split(' ').Where(sessions.Runs))
                    {
                        var tap = new Tap(id);
                        await sessions.Find(id)!.Actor.SubscribeAsync(tap, CancellationToken.None);
                        taps.Add(tap);
                    }

                    Answer($"{taps.Count}");
                    break;
                case "chunks":
                    await File.WriteAllLinesAsync(rest, taps.SelectMany(static t => t.Take()).Select(static c => c.Name.Write(c.At)));
                    Answer("written");
                    break;
                case "stop":
                    return 0;
            }
        }

        return 0;
    }

    private static void Answer(string text) => Console.WriteLine(Mark + text);
}

using System.Net;
using AvatarGrains.WebRtc;

namespace AvatarGrains.LoadTest.Clients;

/// <summary>Finds where a server's answer says it is, and puts another address in its place.</summary>
internal static class AnswerCandidates
{
    /// <summary>The UDP candidate to use: loopback when there is one (the server runs here), else the first over IPv4, else the first.</summary>
    /// <exception cref="IOException">The answer has none.</exception>
    public static NetAddress First(string answer)
    {
        var found = Lines(answer).Where(line => line.StartsWith("a=candidate:", StringComparison.Ordinal))
            .Select(line => line.Split(' '))
            .Where(words => words.Length > 5 && words[2].Equals("udp", StringComparison.OrdinalIgnoreCase) && IPAddress.TryParse(words[4], out _))
            .Select(words => new IPEndPoint(IPAddress.Parse(words[4]), int.Parse(words[5], System.Globalization.CultureInfo.InvariantCulture)))
            .OrderBy(point => IPAddress.IsLoopback(point.Address) ? 0 : point.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 1 : 2)
            .FirstOrDefault() ?? throw new IOException("the answer names no address of the server");
        return NetAddress.From(found);
    }

    /// <summary>The answer with one candidate for each m-line: <paramref name="server"/>.</summary>
    public static string Replace(string answer, NetAddress server)
    {
        var point = server.ToEndPoint();
        var candidate = $"a=candidate:1 1 udp 2130706431 {point.Address} {point.Port} typ host";
        var result = new System.Text.StringBuilder();
        foreach (var line in Lines(answer))
        {
            if (line.StartsWith("a=candidate:", StringComparison.Ordinal))
            {
                continue;
            }

            result.Append(line).Append("\r\n");
            if (line.StartsWith("a=ice-ufrag:", StringComparison.Ordinal))
            {
                result.Append(candidate).Append("\r\n");
            }
        }

        return result.ToString();
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

using System.Diagnostics;

namespace AvatarGrains.EndToEnd.Tests.Viewers;

/// <summary>The clients on aiortc below tests/peers: an independent implementation.</summary>
internal static class PythonPeer
{
    private const string Python = "/usr/bin/python3";

    private static readonly string? Folder = Find();

    public static bool IsAvailable => Folder is not null && Directory.Exists("/usr/lib/python3/dist-packages/aiortc") && File.Exists(Python);

    public static Process Start(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo(Python) { RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(Folder!, script));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    private static string? Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (Directory.Exists(Path.Combine(at.FullName, "tests", "peers")))
            {
                return Path.Combine(at.FullName, "tests", "peers");
            }
        }

        return null;
    }
}

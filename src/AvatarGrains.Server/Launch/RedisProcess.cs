using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace AvatarGrains.Server.Launch;

/// <summary>
/// A Redis for the silos of one machine, on a free port of loopback and with a password of its own. It keeps nothing on disk, and ends when it is
/// disposed of or when this process is gone.
/// </summary>
internal sealed class RedisProcess : IAsyncDisposable
{
    public const string Program = "redis-server";

    /// <summary>
    /// Redis runs in a session of its own, so that Ctrl-C at the terminal does not end it before the silos; its end is that of the pipe to the shell.
    /// </summary>
    private const string Script = "\"$1\" \"$2\" & cat >/dev/null; kill $!; wait $!";

    private readonly Process _process;
    private readonly string _folder;

    private RedisProcess(Process process, string folder, string connectionString) =>
        (_process, _folder, ConnectionString) = (process, folder, connectionString);

    /// <summary>True where the program is installed.</summary>
    public static bool IsInstalled => Find(Program) is not null;

    /// <summary>As StackExchange.Redis reads it; has the password in it.</summary>
    public string ConnectionString { get; }

    /// <exception cref="IOException">It did not start; the message says why.</exception>
    public static async Task<RedisProcess> StartAsync()
    {
        var port = FreePort();
        var password = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var folder = Directory.CreateTempSubdirectory("avatargrains-redis-").FullName;
        var settings = Path.Combine(folder, "redis.conf");
        await File.WriteAllLinesAsync(
            settings, ["bind 127.0.0.1", $"port {port}", $"requirepass {password}", "save \"\"", "appendonly no", $"dir {folder}"]);
        var start = new ProcessStartInfo(Find("setsid") ?? throw new IOException("setsid is not installed"))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var program = Find(Program) ?? throw new IOException($"{Program} is not installed");
        foreach (var argument in (string[])["/bin/sh", "-c", Script, "sh", program, settings])
        {
            start.ArgumentList.Add(argument);
        }

        var redis = new RedisProcess(Process.Start(start)!, folder, $"127.0.0.1:{port},password={password}");
        var said = "";
        while (await redis._process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Contains("Ready to accept connections", StringComparison.Ordinal))
            {
                _ = redis._process.StandardOutput.ReadToEndAsync();
                return redis;
            }

            said = line;
            if (line.Contains('#', StringComparison.Ordinal) && line.Contains("Failed", StringComparison.Ordinal))
            {
                break;
            }
        }

        await redis.DisposeAsync();
        throw new IOException($"{Program} did not start: {said}");
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}

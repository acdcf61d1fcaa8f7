using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace AvatarGrains.Conformance.Servers;

/// <summary>A real Redis of a test's own, on a free port.</summary>
public sealed class RedisServerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _folder;
    private readonly int _port;

    private RedisServerProcess(Process process, string folder, int port) => (_process, _folder, _port) = (process, folder, port);

    /// <summary>Why there is no server here, or null when <see cref="StartAsync"/> can start one.</summary>
    public static string? Absent { get; } = Find() is null ? "redis-server is not installed; package redis-server" : null;

    public string ConnectionString => $"127.0.0.1:{_port}";

    public static async Task<RedisServerProcess> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("avatargrains-redis-").FullName;
        var port = FreePort();
        var start = new ProcessStartInfo(Find() ?? throw new InvalidOperationException(Absent))
        {
            RedirectStandardOutput = true,
            WorkingDirectory = folder,
        };
        foreach (var argument in new[] { "--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no" })
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Contains("Ready to accept connections", StringComparison.Ordinal))
            {
                _ = process.StandardOutput.ReadToEndAsync();
                return new RedisServerProcess(process, folder, port);
            }
        }

        throw new InvalidOperationException("redis-server ended before it was ready.");
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string? Find() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, "redis-server"))
            .FirstOrDefault(File.Exists);

    private static int FreePort()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)listener.LocalEndPoint!).Port;
    }
}

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace AvatarGrains.EndToEnd.Tests;

/// <summary>The real server as its own process, on free ports, with its own data folder.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(120);

    private readonly StringBuilder _output = new();
    private readonly bool _ownsData;
    private Process? _process;

    private ServerProcess(string data, bool ownsData, int port, int mediaPort)
    {
        Data = data;
        _ownsData = ownsData;
        Port = port;
        MediaPort = mediaPort;
    }

    public string Data { get; }

    public int Port { get; }

    public int MediaPort { get; }

    public Uri Address => new($"http://127.0.0.1:{Port}/");

    /// <summary>The memory the server has now.</summary>
    public long ResidentBytes
    {
        get
        {
            _process!.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>What the server printed so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    public static async Task<ServerProcess> StartAsync(params string[] arguments)
    {
        var server = new ServerProcess(
            Directory.CreateTempSubdirectory("avatar-e2e-").FullName, true, FreePort(SocketType.Stream), FreePort(SocketType.Dgram));
        await server.LaunchAsync(arguments);
        return server;
    }

    /// <summary>Starts again on the same ports and data, as after a crash.</summary>
    public Task RestartAsync() => LaunchAsync([]);

    /// <summary><c>kill -9</c>.</summary>
    public async Task KillAsync()
    {
        if (_process is { HasExited: false } process)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }
    }

    /// <summary>Stops it where it is, as a machine that hangs: nothing sent to it arrives any more.</summary>
    public Task FreezeAsync() => SignalAsync("-STOP");

    /// <summary>Asks it to end in order, and does not wait.</summary>
    public Task TerminateAsync() => SignalAsync("-TERM");

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process?.Dispose();
        if (_ownsData)
        {
            Directory.Delete(Data, recursive: true);
        }
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, $"{_process!.Id}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>
    /// A port nobody has, below those the system gives to outgoing connections, so that it is still free when the server comes back.
    /// </summary>
    private static int FreePort(SocketType type)
    {
        while (true)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, type, type == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Udp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Any, RandomNumberGenerator.GetInt32(10_000, 32_000)));
                return ((IPEndPoint)socket.LocalEndPoint!).Port;
            }
            catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // Another one, then.
            }
        }
    }

    private async Task LaunchAsync(string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Data,
        };
        string[] all =
        [
            Path.Combine(AppContext.BaseDirectory, "AvatarGrains.Server.dll"),
            "run", "--port", $"{Port}", "--media-port", $"{MediaPort}", "--data", Data, .. arguments,
        ];
        foreach (var argument in all)
        {
            start.ArgumentList.Add(argument);
        }

        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.OutputDataReceived += (_, line) => Note(line.Data, ready);
        process.ErrorDataReceived += (_, line) => Note(line.Data, ready);
        process.Exited += (_, _) => ready.TrySetException(new InvalidOperationException($"the server ended before it was ready:\n{Output}"));
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await ready.Task.WaitAsync(StartLimit);
    }

    private void Note(string? line, TaskCompletionSource ready)
    {
        if (line is null)
        {
            return;
        }

        lock (_output)
        {
            _output.AppendLine(line);
        }

        if (line.StartsWith("Ready ", StringComparison.Ordinal))
        {
            ready.TrySetResult();
        }
    }
}

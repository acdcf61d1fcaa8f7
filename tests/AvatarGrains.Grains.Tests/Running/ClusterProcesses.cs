using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace AvatarGrains.Grains.Tests.Running;

/// <summary><c>run --cluster N</c>: real silos, a process each, on free ports and a data folder of their own.</summary>
internal sealed partial class ClusterProcesses : IAsyncDisposable
{
    /// <summary>Tests that start processes wait for each other: two would choose the same free ports, and share the machine's cores.</summary>
    public const string OneAtATime = "processes";

    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan StopLimit = TimeSpan.FromMinutes(2);

    private readonly string _data = Directory.CreateTempSubdirectory("avatar-cluster-").FullName;
    private readonly StringBuilder _output = new();
    private readonly Process _process;
    private readonly Dictionary<string, (int Id, int Port)> _silos = [];
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _waitingFor;

    private ClusterProcesses(ProcessStartInfo start, int edges)
    {
        _waitingFor = edges;
        start.WorkingDirectory = _data;
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Hear(line.Data);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data);
        _process.Exited += (_, _) => _ready.TrySetException(new InvalidOperationException($"the cluster ended before it was ready:\n{Output}"));
    }

    /// <summary>What the processes printed so far.</summary>
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

    /// <param name="silos">How many.</param>
    /// <param name="edges">How many of them say that they are ready for browsers.</param>
    public static async Task<ClusterProcesses> StartAsync(int silos, int edges)
    {
        var ports = FreePorts(silos);
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "AvatarGrains.Server.dll"),
            "run", "--cluster", $"{silos}", "--port", $"{ports}", "--media-port", $"{ports + 1}", "--data", ".",
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["AVATAR_CLUSTER__SILOPORT"] = $"{ports + 2}";
        // Time enough for clients to go elsewhere on a machine that is busy.
        start.Environment["AVATAR_DRAINTIME"] = "00:01:30";
        var cluster = new ClusterProcesses(start, edges);
        cluster._process.Start();
        cluster._process.BeginOutputReadLine();
        cluster._process.BeginErrorReadLine();
        try
        {
            await cluster._ready.Task.WaitAsync(StartLimit);
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }

        return cluster;
    }

    public Uri AddressOf(string silo) => new($"http://127.0.0.1:{_silos[silo].Port}/");

    /// <summary><c>kill -9</c> of one silo.</summary>
    public async Task KillAsync(string silo)
    {
        using var process = Process.GetProcessById(_silos[silo].Id);
        process.Kill();
        await process.WaitForExitAsync().WaitAsync(StopLimit);
    }

    /// <summary>Asks one silo to end in order, and waits until it has.</summary>
    public async Task TerminateAsync(string silo)
    {
        using var process = Process.GetProcessById(_silos[silo].Id);
        using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
        await process.WaitForExitAsync().WaitAsync(StopLimit);
    }

    /// <summary>Ctrl-C.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> InterruptAsync()
    {
        using (var kill = Process.Start("kill", ["-INT", $"{_process.Id}"]))
        {
            await kill.WaitForExitAsync().WaitAsync(StopLimit);
        }

        await _process.WaitForExitAsync().WaitAsync(StopLimit);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync().WaitAsync(StopLimit);
        }

        _process.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    /// <summary>The first of as many tens of ports as there are silos, of which none is taken; below those that the kernel gives out.</summary>
    private static int FreePorts(int silos)
    {
        for (var at = 20_000 + (Environment.ProcessId % 500 * 20); at < 32_000; at += 100)
        {
            if (Enumerable.Range(0, silos).All(i => IsFree(at + (10 * i), SocketType.Stream) && IsFree(at + (10 * i) + 1, SocketType.Dgram) && IsFree(
                at + (10 * i) + 2, SocketType.Stream)))
            {
                return at;
            }
        }

        throw new InvalidOperationException("There are no free ports.");
    }

    private static bool IsFree(int port, SocketType type)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, type, type == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Udp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void Hear(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_output)
        {
            _output.AppendLine(line);
            if (Started().Match(line) is { Success: true } silo)
            {
                _silos[silo.Groups[1].Value] = (int.Parse(silo.Groups[2].Value, null), int.Parse(silo.Groups[3].Value, null));
            }

            if (line.StartsWith("Ready ", StringComparison.Ordinal) && --_waitingFor == 0)
            {
                _ready.TrySetResult();
            }
        }
    }

    [GeneratedRegex(@"^Silo ([\w-]+): process (\d+), HTTP port (\d+)")]
    private static partial Regex Started();
}

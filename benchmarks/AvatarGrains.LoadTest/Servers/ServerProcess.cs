using System.Diagnostics;

namespace AvatarGrains.LoadTest.Servers;

/// <summary>A server in a process of its own: started here, or one that runs already.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);

    private readonly Process? _process;
    private readonly string? _data;
    private readonly IReadOnlyList<(string Name, int Id)> _measured;

    private ServerProcess(Process? process, IReadOnlyList<(string Name, int Id)> measured, IReadOnlyList<Uri> addresses, string? data)
    {
        _process = process;
        _data = data;
        _measured = measured;
        Edges = [.. addresses.Select(static address =>
            new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 64 }) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(30) })];
    }

    /// <summary>Where clients join: one server, or the edges of a cluster.</summary>
    public IReadOnlyList<HttpClient> Edges { get; }

    /// <summary>Uses a server, or a cluster, that runs already on this machine.</summary>
    public static ServerProcess Attach(LoadOptions options) => new(
        null, [.. options.ServerPids.Select((id, i) => (options.Servers[i].Authority, id)), .. options.Processes], options.Servers, null);

    /// <summary>Starts a program and waits for the line <c>Ready URL</c>.</summary>
    /// <exception cref="IOException">It ended, or said nothing in time.</exception>
    public static async Task<ServerProcess> StartAsync(ProcessStartInfo start, string? data, TimeProvider time, CancellationToken cancellationToken)
    {
        start.RedirectStandardOutput = true;
        start.UseShellExecute = false;
        var process = Process.Start(start) ?? throw new IOException($"{start.FileName} did not start");
        try
        {
            var line = await ReadyAsync(process).WaitAsync(StartPatience, time, cancellationToken);
            _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
            return new ServerProcess(process, [("server", process.Id)], [new Uri(line["Ready ".Length..].Trim() + "/")], data);
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            process.Dispose();
            throw;
        }
    }

    /// <summary>The server of this repository with a data folder of its own.</summary>
    public static Task<ServerProcess> StartOwnAsync(LoadOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var dll = options.ServerDll
            ?? Path.Combine(RepositoryRoot(), "src/AvatarGrains.Server/bin", options.Configuration, "net10.0/AvatarGrains.Server.dll");
        if (!File.Exists(dll))
        {
            throw new IOException($"{dll} is not there; build src/AvatarGrains.Server first or name it with --server-dll");
        }

        var data = Directory.CreateTempSubdirectory("avatar-load-").FullName;
        var start = new ProcessStartInfo(
            "dotnet", [dll, "run", "--port", $"{options.Port}", "--media-port", $"{options.MediaPort}", "--data", data, "--log-level", "Error"]);
        return StartAsync(start, data, time, cancellationToken);
    }

    /// <summary>The checkout this program was built from.</summary>
    /// <exception cref="IOException">It was not built in a checkout.</exception>
    public static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "AvatarGrains.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new IOException("the repository is not above this program; name the server with --server-dll");
    }

    /// <summary>All its processes together.</summary>
    public ProcessSample Sample(TimeProvider time) => ProcessSample.Sum(SampleEach(time).Values);

    /// <summary>Each of its processes.</summary>
    public IReadOnlyDictionary<string, ProcessSample> SampleEach(TimeProvider time) =>
        _measured.ToDictionary(static one => one.Name, one => ProcessSample.Take(one.Id, time));

    /// <summary>Counters and gauges of all edges, added.</summary>
    public async Task<IReadOnlyDictionary<string, double>> MetricsAsync(CancellationToken cancellationToken)
    {
        var sums = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var edge in Edges)
        {
            foreach (var (name, value) in await MetricsScrape.ReadAsync(edge, cancellationToken))
            {
                sums[name] = sums.GetValueOrDefault(name) + value;
            }
        }

        return sums;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var edge in Edges)
        {
            edge.Dispose();
        }

        if (_process is not null)
        {
            if (!_process.HasExited)
            {
                _process.Kill(entireProcessTree: true);
            }

            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        if (_data is not null)
        {
            Directory.Delete(_data, recursive: true);
        }
    }

    private static async Task<string> ReadyAsync(Process process)
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("Ready ", StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new IOException("the server ended before it was ready; its messages are above");
    }
}

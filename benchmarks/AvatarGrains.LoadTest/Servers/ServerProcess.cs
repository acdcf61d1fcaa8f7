using System.Diagnostics;

namespace AvatarGrains.LoadTest.Servers;

/// <summary>A server in a process of its own: started here, or one that runs already.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);

    private readonly Process? _process;
    private readonly string? _data;

    private ServerProcess(Process? process, int id, Uri address, string? data)
    {
        _process = process;
        _data = data;
        Id = id;
        Http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 64 }) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(30) };
    }

    public int Id { get; }

    public HttpClient Http { get; }

    /// <summary>Uses a server that runs already on this machine.</summary>
    public static ServerProcess Attach(Uri address, int process) => new(null, process, address, null);

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
            return new ServerProcess(process, process.Id, new Uri(line["Ready ".Length..].Trim() + "/"), data);
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
        var dll = options.ServerDll ?? Path.Combine(RepositoryRoot(), "src/AvatarGrains.Server/bin", options.Configuration, "net10.0/AvatarGrains.Server.dll");
        if (!File.Exists(dll))
        {
            throw new IOException($"{dll} is not there; build src/AvatarGrains.Server first or name it with --server-dll");
        }

        var data = Directory.CreateTempSubdirectory("avatar-load-").FullName;
        var start = new ProcessStartInfo("dotnet", [dll, "run", "--port", $"{options.Port}", "--media-port", $"{options.MediaPort}", "--data", data, "--log-level", "Error"]);
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

    public ProcessSample Sample(TimeProvider time) => ProcessSample.Take(Id, time);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
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

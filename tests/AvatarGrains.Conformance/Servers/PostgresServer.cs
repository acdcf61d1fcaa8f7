using System.Diagnostics;

namespace AvatarGrains.Conformance.Servers;

/// <summary>
/// A real PostgreSQL of a test's own: a new cluster in a temporary folder, reached only by its socket there. As root it runs as the user
/// <c>postgres</c>,
/// because PostgreSQL does not run as root.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private static readonly string[] Folders = ["/usr/lib/postgresql", "/usr/pgsql", "/usr/local/pgsql"];

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly string _folder;
    private readonly string _bin;

    private PostgresServer(string folder, string bin)
    {
        (_folder, _bin) = (folder, bin);
        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
    }

    /// <summary>Why there is no server here, or null when <see cref="StartAsync"/> can start one.</summary>
    public static string? Absent { get; } = Find() is null
        ? "PostgreSQL's server programs (initdb, pg_ctl) are not installed; package postgresql"
        : Environment.UserName == "root" && !File.Exists("/usr/sbin/runuser") && !File.Exists("/sbin/runuser") ? "runuser is not installed" : null;

    public string ConnectionString => $"Host={_folder};Username=postgres;Database=postgres";

    /// <summary>Path of the server's socket.</summary>
    public string SocketPath => _folder + "/.s.PGSQL.5432";

    public static async Task<PostgresServer> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("avatargrains-pg-").FullName;
        var server = new PostgresServer(folder, Find() ?? throw new InvalidOperationException(Absent));
        if (Environment.UserName == "root")
        {
            await RunAsync("chown", ["postgres", folder]);
        }

        await server.RunAsOwnerAsync("initdb", "-D", folder + "/data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync");
        await server.ContinueAsync();
        return server;
    }

    /// <summary>Stops the server as a restart of its machine does: connections break, what was committed stays.</summary>
    public Task StopAsync() => RunAsOwnerAsync("pg_ctl", "-D", _folder + "/data", "-m", "fast", "-w", "stop");

    /// <summary>Starts it, for the first time or again.</summary>
    public Task ContinueAsync() => RunAsOwnerAsync(
        "pg_ctl", "-D", _folder + "/data",
        "-w", "-t", "60", "-l", _folder + "/log", "-o", $"-k {_folder} -c listen_addresses= -c fsync=off -c max_connections=200", "start");

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        await RunAsOwnerAsync("pg_ctl", "-D", _folder + "/data", "-m", "immediate", "-w", "stop");
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A run that is ended from outside leaves no server behind.</summary>
    private void OnProcessExit(object? sender, EventArgs e)
    {
        var pid = _folder + "/data/postmaster.pid";
        if (File.Exists(pid))
        {
            using var kill = Process.Start("kill", ["-QUIT", File.ReadLines(pid).First().Trim()]);
            kill.WaitForExit(5000);
        }
    }

    private static string? Find() => Folders
        .Where(Directory.Exists)
        .SelectMany(f => Directory.EnumerateDirectories(f).Append(f))
        .Select(f => Path.Combine(f, "bin"))
        .Where(f => File.Exists(Path.Combine(f, "initdb")) && File.Exists(Path.Combine(f, "pg_ctl")))
        .Order(StringComparer.Ordinal)
        .LastOrDefault();

    private Task RunAsOwnerAsync(string program, params string[] arguments)
    {
        var path = Path.Combine(_bin, program);
        return Environment.UserName == "root" ? RunAsync("runuser", ["-u", "postgres", "--", path, .. arguments]) : RunAsync(path, arguments);
    }

    private static async Task RunAsync(string program, string[] arguments)
    {
        // A server started here must not hold on to this process's standard output, or whoever reads it would wait for the server.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" </dev/null >/dev/null 2>&1", "sh", program, .. arguments])
        {
            WorkingDirectory = "/",
        };
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync().WaitAsync(Limit, TimeProvider.System);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
        }
    }
}

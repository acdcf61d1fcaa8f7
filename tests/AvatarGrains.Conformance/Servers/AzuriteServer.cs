using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace AvatarGrains.Conformance.Servers;

/// <summary>
/// Azure Storage's emulator of a test's own, with an account of its own, on free ports. Its package is installed once, in the versions of
/// <c>tests/azurite</c>, into a cache folder outside the
/// repository.
/// </summary>
public sealed partial class AzuriteServer : IAsyncDisposable
{
    private const string Account = "avatargrains";

    private static readonly TimeSpan InstallLimit = TimeSpan.FromMinutes(5);

    private static readonly SemaphoreSlim Installing = new(1, 1);

    private readonly Process _process;

    private AzuriteServer(Process process, string connectionString) => (_process, ConnectionString) = (process, connectionString);

    public string ConnectionString { get; }

    /// <summary>Why there is no server here, or null when <see cref="StartAsync"/> can start one. Installs it where npm can.</summary>
    public static async Task<string?> AbsentAsync()
    {
        await Installing.WaitAsync();
        try
        {
            return await InstallAsync();
        }
        finally
        {
            Installing.Release();
        }
    }

    public static async Task<AzuriteServer> StartAsync()
    {
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(64));
        var start = new ProcessStartInfo(Find("node")!) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Folder };
        string[] arguments =
        [
            Path.Combine(Folder, "node_modules", "azurite", "dist", "src", "azurite.js"),
            "--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry",
            "--blobPort", "0", "--queuePort", "0", "--tablePort", "0",
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["AZURITE_ACCOUNTS"] = $"{Account}:{key}";
        var process = Process.Start(start)!;
        _ = process.StandardError.ReadToEndAsync();
        var places = new Dictionary<string, string>();
        while (places.Count < 3)
        {
            var line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("azurite ended before it was ready.");
            if (Listening().Match(line) is { Success: true } found)
            {
                places[found.Groups[1].Value] = found.Groups[2].Value;
            }
        }

        _ = process.StandardOutput.ReadToEndAsync();
        var endpoints = string.Concat(places.Select(place => $"{place.Key}Endpoint={place.Value}/{Account};"));
        return new AzuriteServer(process, $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={key};{endpoints}");
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>One folder for each lock file.</summary>
    private static string Folder => field ??= Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache
            ? cache
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
        "avatargrains",
        "azurite-" + Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(Pinned()!, "package-lock.json"))))[..12]);

    private static async Task<string?> InstallAsync()
    {
        if (Find("node") is null || Find("npm") is not { } npm || Pinned() is not { } pinned)
        {
            return "npm is not installed, so Azure Storage's emulator is not; packages nodejs and npm";
        }

        if (Directory.Exists(Folder))
        {
            return null;
        }

        // Made whole beside its place and then moved there, so that what is there is complete, whoever else installs it meanwhile.
        var fresh = Directory.CreateDirectory($"{Folder}.{Environment.ProcessId}").FullName;
        foreach (var name in (string[])["package.json", "package-lock.json"])
        {
            File.Copy(Path.Combine(pinned, name), Path.Combine(fresh, name), overwrite: true);
        }

        var start = new ProcessStartInfo(npm, ["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        {
            WorkingDirectory = fresh,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var install = Process.Start(start)!;
        var said = install.StandardError.ReadToEndAsync();
        _ = install.StandardOutput.ReadToEndAsync();
        try
        {
            await install.WaitForExitAsync().WaitAsync(InstallLimit, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            install.Kill(entireProcessTree: true);
            return "npm could not install Azure Storage's emulator in time";
        }

        if (install.ExitCode != 0)
        {
            return $"npm could not install Azure Storage's emulator: {(await said).Trim().Split('\n')[0]}";
        }

        try
        {
            Directory.Move(fresh, Folder);
        }
        catch (IOException) when (Directory.Exists(Folder))
        {
            Directory.Delete(fresh, recursive: true);
        }

        return null;
    }

    private static string? Pinned()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var folder = Path.Combine(at.FullName, "tests", "azurite");
            if (File.Exists(Path.Combine(folder, "package-lock.json")))
            {
                return folder;
            }
        }

        return null;
    }

    private static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    [GeneratedRegex(@"^Azurite (Blob|Queue|Table) service is successfully listening at (\S+)")]
    private static partial Regex Listening();
}

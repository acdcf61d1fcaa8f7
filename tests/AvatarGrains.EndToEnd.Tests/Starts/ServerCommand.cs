using System.Diagnostics;

namespace AvatarGrains.EndToEnd.Tests.Starts;

/// <summary>The server's program with arguments of a test's choice.</summary>
internal sealed class ServerCommand : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly Process _process;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> _output = [];
    private readonly List<string> _errors = [];

    private ServerCommand(string[] arguments, IReadOnlyDictionary<string, string>? environment)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "AvatarGrains.Server.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Note(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Note(_errors, line.Data);
    }

    /// <summary>Lines of the standard output.</summary>
    public IReadOnlyList<string> Output => Copy(_output);

    /// <summary>Lines of the standard error output.</summary>
    public IReadOnlyList<string> Errors => Copy(_errors);

    /// <summary>Where the page is, once Ready.</summary>
    public Uri Address => new(Output.First(line => line.StartsWith("Ready ", StringComparison.Ordinal))["Ready ".Length..] + "/");

    public int ExitCode => _process.ExitCode;

    /// <summary>Runs to the end.</summary>
    public static async Task<ServerCommand> RunAsync(params string[] arguments)
    {
        var command = Launch(arguments);
        await command.EndAsync();
        return command;
    }

    /// <summary>Runs to the end, with further environment variables.</summary>
    public static async Task<ServerCommand> RunWithAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var command = Launch(arguments, environment);
        await command.EndAsync();
        return command;
    }

    /// <summary>Starts and waits for Ready.</summary>
    public static Task<ServerCommand> StartAsync(params string[] arguments) => StartWithAsync(new Dictionary<string, string>(), arguments);

    /// <summary>Starts with further environment variables and waits for Ready.</summary>
    public static async Task<ServerCommand> StartWithAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var command = Launch(arguments, environment);
        await command._ready.Task.WaitAsync(Patience, TimeProvider.System);
        return command;
    }

    /// <summary>What a service manager or Ctrl-C sends.</summary>
    public async Task TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
    }

    public async Task EndAsync()
    {
        using var late = new CancellationTokenSource(Patience, TimeProvider.System);
        await _process.WaitForExitAsync(late.Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static ServerCommand Launch(string[] arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var command = new ServerCommand(arguments, environment);
        command._process.Start();
        command._process.BeginOutputReadLine();
        command._process.BeginErrorReadLine();
        return command;
    }

    private static IReadOnlyList<string> Copy(List<string> lines)
    {
        lock (lines)
        {
            return [.. lines];
        }
    }

    private void Note(List<string> lines, string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (lines)
        {
            lines.Add(line);
        }

        if (line.StartsWith("Ready ", StringComparison.Ordinal))
        {
            _ready.TrySetResult();
        }
    }
}

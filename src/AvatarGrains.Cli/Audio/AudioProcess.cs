using System.Diagnostics;
using System.Text.RegularExpressions;

namespace AvatarGrains.Cli.Audio;

/// <summary>A running recorder or player. All three of its streams are pipes, so that it leaves the terminal alone.</summary>
internal sealed partial class AudioProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task<string> _errors;
    private bool _killed;

    private AudioProcess(Process process, string name)
    {
        _process = process;
        Name = name;
        _process.StandardInput.Close();
        _errors = _process.StandardError.ReadToEndAsync();
    }

    public string Name { get; }

    public Stream Output => _process.StandardOutput.BaseStream;

    /// <summary>Starts a program.</summary>
    /// <returns>Null when it cannot be started at all.</returns>
    public static AudioProcess? Start(AudioProgram program, string file)
    {
        var start = new ProcessStartInfo(program.FullPath ?? program.Name)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in program.Arguments)
        {
            start.ArgumentList.Add(argument.Replace("{file}", file, StringComparison.Ordinal));
        }

        // Without this, SDL stops a player where there is no screen.
        start.Environment.TryAdd("SDL_VIDEODRIVER", "dummy");
        try
        {
            return Process.Start(start) is { } process ? new AudioProcess(process, program.Name) : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>What it complained about, in one line, or null when it ended well or was stopped.</returns>
    public async Task<string?> ComplaintAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        var errors = await _errors;
        if (_killed || (_process.ExitCode == 0 && errors.Length == 0))
        {
            return null;
        }

        var lines = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var complaint = lines.LastOrDefault(line => Complaint().IsMatch(line)) ?? lines.LastOrDefault();
        return _process.ExitCode == 0 && complaint is not null && !Complaint().IsMatch(complaint)
            ? null
            : Named(complaint ?? $"exit status {_process.ExitCode}");
    }

    public void Stop()
    {
        _killed = true;
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Stop();
        await _process.WaitForExitAsync(CancellationToken.None);
        await _errors;
        _process.Dispose();
    }

    // Most programs say their name themselves.
    private string Named(string complaint) => complaint.StartsWith(Name, StringComparison.Ordinal) ? complaint : $"{Name}: {complaint}";

    [GeneratedRegex("error|fail|can't|cannot|could not|unable|refused|no such|denied|not found", RegexOptions.IgnoreCase)]
    private static partial Regex Complaint();
}

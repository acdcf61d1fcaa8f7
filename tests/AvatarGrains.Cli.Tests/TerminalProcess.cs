using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace AvatarGrains.Cli.Tests;

/// <summary>The program on a real terminal, 100 columns by 30 lines: a pseudo terminal that <c>script</c> of util-linux makes.</summary>
internal sealed partial class TerminalProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Task _reading;
    private readonly Lock _gate = new();
    private readonly StringBuilder _shown = new();
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _read;

    private TerminalProcess(Process process)
    {
        _process = process;
        _reading = ReadAsync();
    }

    public static string? Missing { get; } =
        !OperatingSystem.IsLinux()
            ? "the terminal is made by script of util-linux"
            : File.Exists("/usr/bin/script") ? null : "script is not installed (package bsdutils)";

    /// <summary>All that was shown, without control sequences.</summary>
    public string Text
    {
        get
        {
            lock (_gate)
            {
                return Control().Replace(_shown.ToString(), "");
            }
        }
    }

    public static TerminalProcess Start(string[] arguments, params (string Name, string Value)[] environment)
    {
        string[] all = [Path.Join(AppContext.BaseDirectory, "AvatarGrains.Cli.dll"), .. arguments];
        var command = "stty cols 100 rows 30; exec dotnet " + string.Join(' ', all.Select(argument => $"'{argument}'"));
        var start = new ProcessStartInfo("/usr/bin/script", ["-q", "-f", "-e", "-c", command, "/dev/null"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, StandardOutputEncoding = Encoding.UTF8,
        };
        start.Environment["TERM"] = "xterm-256color";
        foreach (var name in new[] { "EST_LIVE_API_KEY", "DISPLAY", "WAYLAND_DISPLAY" })
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new TerminalProcess(Process.Start(start)!);
    }

    /// <summary>Presses keys.</summary>
    public async Task TypeAsync(string keys)
    {
        await _process.StandardInput.WriteAsync(keys);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Waits until this is shown, after what was waited for before.</summary>
    public async Task SeeAsync(string text)
    {
        using var late = new CancellationTokenSource(Patience);
        while (true)
        {
            Task more;
            lock (_gate)
            {
                var found = Text.IndexOf(text, Math.Min(_read, Text.Length), StringComparison.Ordinal);
                if (found >= 0)
                {
                    _read = found + text.Length;
                    return;
                }

                more = _more.Task;
            }

            if (_reading.IsCompleted || await Task.WhenAny(more, _reading, Task.Delay(Timeout.Infinite, late.Token)) is { IsCanceled: true })
            {
                throw new TimeoutException($"'{text}' was not shown. The terminal:\n{Text}");
            }
        }
    }

    /// <summary>Waits for the end.</summary>
    /// <returns>The exit status.</returns>
    public async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        await _reading.WaitAsync(Patience);
        return _process.ExitCode;
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

    private async Task ReadAsync()
    {
        var buffer = new char[4096];
        for (int count; (count = await _process.StandardOutput.ReadAsync(buffer)) > 0;)
        {
            lock (_gate)
            {
                _shown.Append(buffer, 0, count);
                _more.TrySetResult();
                _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    // CSI, OSC and two-character sequences (ECMA-48).
    [GeneratedRegex(@"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(\x07|\x1b\\)|\x1b[@-_=>()][0-9A-B]?")]
    private static partial Regex Control();
}

using System.Diagnostics;

namespace AvatarGrains.Server.Launch;

/// <summary>
/// A silo as a process of its own. It ends in order when its standard input does: when this process asks it to, and when this process is gone.
/// </summary>
internal sealed class SiloProcess : IDisposable
{
    private readonly Process _process;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action<string> _say;

    private SiloProcess(SiloPlan plan, ProcessStartInfo start, Action<string> say)
    {
        Plan = plan;
        _say = say;
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Hear(line.Data);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data);
        _process.Exited += (_, _) => _ended.TrySetResult();
    }

    public SiloPlan Plan { get; }

    public int Id => _process.Id;

    /// <summary>Completes when it is ready for clients.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Completes when it has ended.</summary>
    public Task Ended => _ended.Task;

    /// <summary>128 and the signal's number for a process that was killed, else what it returned.</summary>
    public int ExitCode => _process.ExitCode;

    /// <param name="plan">What it is.</param>
    /// <param name="shared">Settings that every silo gets.</param>
    /// <param name="arguments">Options of the command line that every silo gets.</param>
    /// <param name="say">Told each line that it writes.</param>
    public static SiloProcess Start(SiloPlan plan, IReadOnlyDictionary<string, string> shared, IEnumerable<string> arguments, Action<string> say)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(typeof(SiloProcess).Assembly.Location);
        }

        foreach (var argument in (IEnumerable<string>)["run", "--until-input-ends", .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in shared.Concat(plan.Settings()))
        {
            start.Environment[name] = value;
        }

        var silo = new SiloProcess(plan, start, say);
        silo._process.Start();
        silo._process.BeginOutputReadLine();
        silo._process.BeginErrorReadLine();
        return silo;
    }

    /// <summary>Asks it to end in order, and returns when it has.</summary>
    public Task StopAsync()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended by itself.
        }

        return Ended;
    }

    public void Kill() => _process.Kill();

    public void Dispose() => _process.Dispose();

    private void Hear(string? line)
    {
        if (line is null)
        {
            return;
        }

        if (line.StartsWith("Ready ", StringComparison.Ordinal))
        {
            _ready.TrySetResult();
            return;
        }

        _say(line);
    }
}

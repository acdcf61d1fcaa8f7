using System.Diagnostics;
using System.Text.Json;

namespace AvatarGrains.ClusterBench.Processes;

/// <summary>A silo in a process of its own.</summary>
internal sealed class SiloProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly SemaphoreSlim _asking = new(1, 1);

    private SiloProcess(Process process, SiloPlan plan)
    {
        _process = process;
        Plan = plan;
    }

    public SiloPlan Plan { get; }

    /// <exception cref="IOException">It did not start; it has said why.</exception>
    public static async Task<SiloProcess> StartAsync(SiloPlan plan)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(SiloProcess).Assembly.Location, SiloChild.Command, plan.Write()])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start) ?? throw new IOException("dotnet did not start");
        var silo = new SiloProcess(process, plan);
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line == SiloChild.Ready)
            {
                return silo;
            }

            await Console.Error.WriteLineAsync($"[{plan.Name}] {line}");
        }

        await silo.DisposeAsync();
        throw new IOException($"The silo {plan.Name} ended before it was ready.");
    }

    /// <param name="collect">Collects garbage first, so that the heap is what is in use.</param>
    public async Task<SiloStats> StatsAsync(bool collect = false) =>
        JsonSerializer.Deserialize<SiloStats>(await AskAsync(collect ? "stats collect" : "stats"))!;

    /// <summary>Notes when these sessions hand out speech there.</summary>
    public Task TapAsync(IEnumerable<string> sessions) => AskAsync("tap " + string.Join(' ', sessions));

    /// <summary>What was noted since this was last called.</summary>
    public async Task<IReadOnlyList<(ChunkName Name, long At)>> ChunksAsync()
    {
        var file = System.IO.Path.Combine(Plan.Data, "chunks");
        await AskAsync("chunks " + file);
        return [.. File.ReadLines(file).Select(ChunkName.Read)];
    }

    /// <summary>Has it leave the cluster; returns when its process has ended.</summary>
    public async Task StopAsync()
    {
        await _process.StandardInput.WriteLineAsync("stop");
        await _process.StandardInput.FlushAsync();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGKILL.</summary>
    public void Kill() => _process.Kill();

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
        _asking.Dispose();
    }

    private async Task<string> AskAsync(string line)
    {
        await _asking.WaitAsync();
        try
        {
            await _process.StandardInput.WriteLineAsync(line);
            await _process.StandardInput.FlushAsync();
            while (await _process.StandardOutput.ReadLineAsync() is { } answer)
            {
                if (answer.StartsWith(SiloChild.Mark))
                {
                    return answer[1..];
                }

                await Console.Error.WriteLineAsync($"[{Plan.Name}] {answer}");
            }

            throw new IOException($"The silo {Plan.Name} ended.");
        }
        finally
        {
            _asking.Release();
        }
    }
}

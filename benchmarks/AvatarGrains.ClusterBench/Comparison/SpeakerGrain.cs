using System.Diagnostics;
using AvatarGrains.Grains.Placement;

namespace AvatarGrains.ClusterBench.Comparison;

[GrainType("speaker"), OnRole(SiloRoles.Session)]
internal sealed class SpeakerGrain : Grain, ISpeakerGrain
{
    /// <summary>80 ms of speech: four packets of about 80 bytes with their faces.</summary>
    private const int FirstBytes = 340;

    /// <summary>400 ms of speech.</summary>
    private const int LaterBytes = 1700;

    private const int ChunksPerAnswer = 13;
    private const int TicksPerCycle = 20;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(400);

    private IGrainTimer? _timer;
    private Func<Chunk, Task>? _send;
    private int _tick;

    public Task StartAsync(int path, IChunkObserver? observer, int phaseMs)
    {
        _send = (Path)path switch
        {
            Path.Observer => observer!.OnChunkAsync,
            _ => Publish(((Path)path).ToString()),
        };
        _timer = this.RegisterGrainTimer(OnTickAsync, TimeSpan.FromMilliseconds(phaseMs), Tick);
        _tick = phaseMs % TicksPerCycle;
        return Task.CompletedTask;
    }

    public Task StopAsync()
    {
        _timer?.Dispose();
        return Task.CompletedTask;
    }

    private Func<Chunk, Task> Publish(string provider)
    {
        var stream = this.GetStreamProvider(provider).GetStream<Chunk>(StreamId.Create("speaker", this.GetPrimaryKeyString()));
        return chunk => stream.OnNextAsync(chunk);
    }

    private async Task OnTickAsync(CancellationToken cancellationToken)
    {
        var at = _tick++ % TicksPerCycle;
        if (at < ChunksPerAnswer)
        {
            await _send!(new Chunk(Stopwatch.GetTimestamp(), at == 0, new byte[at == 0 ? FirstBytes : LaterBytes]));
        }
    }
}

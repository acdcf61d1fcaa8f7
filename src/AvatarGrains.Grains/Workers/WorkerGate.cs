using AvatarGrains.Core.Engines;
using AvatarGrains.Grains.Configuration;

namespace AvatarGrains.Grains.Workers;

/// <summary>Admits one kind of work on one silo: so many at once, so many waiting, those with the least slack first, no more. Thread-safe.</summary>
internal sealed class WorkerGate(WorkerLimit limit)
{
    private readonly DeadlineGate _places = new(limit.AtOnce, TimeProvider.System);
    private int _inside;

    /// <summary>Work running and waiting.</summary>
    public int Load => Volatile.Read(ref _inside);

    /// <summary>Waits for a place.</summary>
    /// <param name="slack">How long from now nobody needs the result.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>False at once when too much waits already.</returns>
    public async ValueTask<bool> TryEnterAsync(TimeSpan slack, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _inside) > limit.AtOnce + limit.Waiting)
        {
            Interlocked.Decrement(ref _inside);
            return false;
        }

        try
        {
            await _places.EnterAsync(slack, cancellationToken);
            return true;
        }
        catch
        {
            Interlocked.Decrement(ref _inside);
            throw;
        }
    }

    public void Leave()
    {
        Interlocked.Decrement(ref _inside);
        _places.Leave();
    }
}

/// <summary>The gates of a silo.</summary>
internal sealed class WorkerGates(WorkerLimits limits)
{
    public WorkerGate Asr { get; } = new(limits.Asr);

    public WorkerGate Llm { get; } = new(limits.Llm);

    public WorkerGate Tts { get; } = new(limits.Tts);

    public WorkerGate Face { get; } = new(limits.Face);

    public WorkerGate this[WorkerKind kind] => kind switch
    {
        WorkerKind.Asr => Asr,
        WorkerKind.Llm => Llm,
        WorkerKind.Tts => Tts,
        WorkerKind.Face => Face,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown kind of work."),
    };
}

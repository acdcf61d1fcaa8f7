using AvatarGrains.Grains.Configuration;
using AvatarGrains.Core.Engines;

namespace AvatarGrains.Grains.Workers;

/// <summary>Admits one kind of work on one silo: so many at once, so many waiting, those with the least slack first, no more. Thread-safe.</summary>
internal sealed class WorkerGate(WorkerLimit limit)
{
    private readonly DeadlineGate _places = new(limit.AtOnce, TimeProvider.System);
    private int _inside;

    /// <summary>Work running and waiting.</summary>
    public int Load => Volatile.Read(ref _inside);

    /// <summary>Waits for a place.</summary>
    /// <param name="slack">How long from now it will not be missed.</param>
    /// <param name="cancellationToken">Gives up.</param>
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
    public WorkerGate Speech { get; } = new(limits.Speech);

    public WorkerGate Chat { get; } = new(limits.Chat);

    public WorkerGate Hearing { get; } = new(limits.Hearing);
}

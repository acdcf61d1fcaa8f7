using AvatarGrains.Cluster.Configuration;

namespace AvatarGrains.Cluster.Workers;

/// <summary>Admits one kind of work on one silo: so many at once, so many waiting, no more. Thread-safe.</summary>
internal sealed class WorkerGate(WorkerLimit limit) : IDisposable
{
    private readonly SemaphoreSlim _places = new(limit.AtOnce, limit.AtOnce);
    private int _inside;

    /// <summary>Work running and waiting.</summary>
    public int Load => Volatile.Read(ref _inside);

    /// <summary>Waits for a place.</summary>
    /// <returns>False at once when too much waits already.</returns>
    public async ValueTask<bool> TryEnterAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _inside) > limit.AtOnce + limit.Waiting)
        {
            Interlocked.Decrement(ref _inside);
            return false;
        }

        try
        {
            await _places.WaitAsync(cancellationToken);
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
        _places.Release();
    }

    public void Dispose() => _places.Dispose();
}

/// <summary>The gates of a silo.</summary>
internal sealed class WorkerGates(WorkerLimits limits) : IDisposable
{
    public WorkerGate Speech { get; } = new(limits.Speech);

    public WorkerGate Chat { get; } = new(limits.Chat);

    public WorkerGate Hearing { get; } = new(limits.Hearing);

    public void Dispose()
    {
        Speech.Dispose();
        Chat.Dispose();
        Hearing.Dispose();
    }
}

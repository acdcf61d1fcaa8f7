using System.Collections.Concurrent;

namespace AvatarGrains.Core.Storage;

/// <summary>Wakes who waits for a queue. A signal that comes before the wait is kept, so that none is missed. Thread-safe.</summary>
public sealed class QueueSignals
{
    private readonly ConcurrentDictionary<string, Signal> _signals = new();

    public void Set(string queue) => Of(queue).Set();

    public void SetAll()
    {
        foreach (var signal in _signals.Values)
        {
            signal.Set();
        }
    }

    /// <summary>Returns after a signal, or after a while.</summary>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public async ValueTask WaitAsync(string queue, TimeSpan atMost, CancellationToken cancellationToken) => await Of(queue).WaitAsync(atMost, cancellationToken);

    private Signal Of(string queue) => _signals.GetOrAdd(queue, static _ => new Signal());

    private sealed class Signal
    {
        private readonly SemaphoreSlim _set = new(0, 1);
        private readonly Lock _lock = new();

        public void Set()
        {
            lock (_lock)
            {
                if (_set.CurrentCount == 0)
                {
                    _set.Release();
                }
            }
        }

        public Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) => _set.WaitAsync(atMost, cancellationToken);
    }
}

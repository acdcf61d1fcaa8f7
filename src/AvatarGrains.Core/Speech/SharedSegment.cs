using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace AvatarGrains.Core.Speech;

/// <summary>
/// A segment that is made once and read by many, also while it is still being made. When its last reader leaves before it is whole, its making stops.
/// Thread-safe.
/// </summary>
internal sealed class SharedSegment
{
    private readonly Lock _gate = new();
    private readonly List<SegmentPart> _parts = [];
    private readonly CancellationTokenSource _stop = new();
    private TaskCompletionSource _changed = NewSignal();
    private ExceptionDispatchInfo? _failure;
    private bool _whole;
    private bool _abandoned;
    private int _readers;

    /// <summary>Fires when nobody waits for the segment any more.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Bytes held.</summary>
    public long Size { get; private set; } = 256;

    /// <summary>True once a cache counts its bytes; the cache alone reads and writes it.</summary>
    public bool Counted { get; set; }

    /// <summary>Counts a reader in; false when the segment has been given up or has failed.</summary>
    public bool TryJoin()
    {
        lock (_gate)
        {
            if (_abandoned || _failure is not null)
            {
                return false;
            }

            _readers++;
            return true;
        }
    }

    public void Append(SegmentPart part)
    {
        lock (_gate)
        {
            _parts.Add(part);
            Size += 160 + part.Speech.Size;
            _whole |= part.Last;
            Signal();
        }
    }

    public void Fail(Exception exception)
    {
        lock (_gate)
        {
            _failure = ExceptionDispatchInfo.Capture(exception);
            Signal();
        }
    }

    /// <summary>All parts, as they come. Call once for each successful <see cref="TryJoin"/>.</summary>
    public async IAsyncEnumerable<SegmentPart> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            for (var i = 0; ; i++)
            {
                SegmentPart? part;
                while (!TryGet(i, out part, out var changed))
                {
                    await changed.WaitAsync(cancellationToken);
                }

                yield return part!;
                if (part!.Last)
                {
                    yield break;
                }
            }
        }
        finally
        {
            Leave();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool TryGet(int index, out SegmentPart? part, out Task changed)
    {
        lock (_gate)
        {
            changed = _changed.Task;
            part = index < _parts.Count ? _parts[index] : null;
            if (part is null)
            {
                _failure?.Throw();
            }

            return part is not null;
        }
    }

    private void Leave()
    {
        lock (_gate)
        {
            _readers--;
            _abandoned = _readers == 0 && !_whole;
            if (!_abandoned)
            {
                return;
            }
        }

        _stop.Cancel();
    }

    private void Signal()
    {
        var changed = _changed;
        _changed = NewSignal();
        changed.SetResult();
    }
}

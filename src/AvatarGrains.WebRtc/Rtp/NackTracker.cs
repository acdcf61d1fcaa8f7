namespace AvatarGrains.WebRtc.Rtp;

/// <summary>What a receiver misses and when to ask for it (again).</summary>
internal sealed class NackTracker
{
    private const int MaxMissing = 256;
    private const int MaxAttempts = 10;
    private const long FirstAfter = 10_000;
    private const long LeastInterval = 40_000;

    private readonly List<Missing> _missing = [];
    private bool _started;
    private ushort _highest;

    public long NextDeadline { get; private set; } = long.MaxValue;

    public void Take(ushort sequence, long now)
    {
        if (!_started)
        {
            _started = true;
            _highest = sequence;
            return;
        }

        var step = (short)(sequence - _highest);
        if (step <= 0)
        {
            _missing.RemoveAll(m => m.Sequence == sequence);
            return;
        }

        if (step > MaxMissing)
        {
            _missing.Clear();
        }
        else
        {
            for (var missing = (ushort)(_highest + 1); missing != sequence; missing++)
            {
                if (_missing.Count < MaxMissing)
                {
                    _missing.Add(new Missing(missing, now + FirstAfter, 0));
                }
            }
        }

        _highest = sequence;
        NextDeadline = Earliest();
    }

    /// <summary>Takes the sequence numbers to ask for now, in order.</summary>
    public int TakeDue(Span<ushort> due, long roundTrip, long now)
    {
        var count = 0;
        for (var i = 0; i < _missing.Count && count < due.Length; i++)
        {
            var missing = _missing[i];
            if (missing.DueAt > now)
            {
                continue;
            }

            due[count++] = missing.Sequence;
            _missing[i] = missing with { DueAt = now + Math.Max(LeastInterval, roundTrip * 5 / 4), Attempts = missing.Attempts + 1 };
        }

        _missing.RemoveAll(m => m.Attempts >= MaxAttempts);
        NextDeadline = Earliest();
        return count;
    }

    private long Earliest()
    {
        var earliest = long.MaxValue;
        foreach (var missing in _missing)
        {
            earliest = Math.Min(earliest, missing.DueAt);
        }

        return earliest;
    }

    private readonly record struct Missing(ushort Sequence, long DueAt, int Attempts);
}

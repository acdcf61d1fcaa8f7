namespace AvatarGrains.Media.Poses;

/// <summary>
/// The poses to encode for one view: those due soon, the soonest first; then those missed, the newest first; then those to prepare ahead.
/// Thread-safe. A request allocates nothing; one beyond the bound is dropped, of those missed the oldest.
/// </summary>
internal sealed class PoseRequests
{
    private readonly int _bound;
    private readonly Lock _gate = new();

    // A pose requested again for an earlier moment is queued twice; the entry whose time is not the one noted is skipped.
    private readonly PriorityQueue<int, long> _soon;
    private readonly Dictionary<int, long> _due;
    private readonly int[] _missed;
    private readonly HashSet<int> _isMissed;
    private readonly Queue<int> _idle = new();
    private readonly HashSet<int> _refused = [];
    private int _missedCount;
    private int _missedNext;

    public PoseRequests(int bound)
    {
        _bound = bound;
        _soon = new PriorityQueue<int, long>(2 * bound);
        _due = new Dictionary<int, long>(bound);
        _missed = new int[bound];
        _isMissed = new HashSet<int>(bound);
    }

    /// <summary>Poses waiting that were requested, and those to prepare ahead.</summary>
    public (int Urgent, int Idle) Count
    {
        get
        {
            lock (_gate)
            {
                return (_due.Count + _missedCount, _idle.Count);
            }
        }
    }

    /// <summary>Asks for a pose that is due at a moment, in any unit that <see cref="TryTake"/> is told the time in.</summary>
    /// <returns>True when that changes what is to be done.</returns>
    public bool AddSoon(int index, long due)
    {
        lock (_gate)
        {
            var known = _due.TryGetValue(index, out var before);
            if (_refused.Contains(index) || (known ? before <= due : _due.Count >= _bound) || _soon.Count >= 2 * _bound)
            {
                return false;
            }

            _due[index] = due;
            _soon.Enqueue(index, due);
            return !known;
        }
    }

    /// <summary>Asks for a pose that was due and not there.</summary>
    /// <returns>True when it was not asked for already.</returns>
    public bool AddMissed(int index)
    {
        lock (_gate)
        {
            return !_refused.Contains(index) && !_due.ContainsKey(index) && PushMissed(index);
        }
    }

    /// <summary>Asks for poses in their order once nothing else is to be done.</summary>
    public void AddIdle(IEnumerable<int> indices)
    {
        lock (_gate)
        {
            foreach (var index in indices)
            {
                _idle.Enqueue(index);
            }
        }
    }

    /// <summary>Takes the next pose to encode.</summary>
    /// <param name="index">The pose.</param>
    /// <param name="idleToo">Takes a pose to prepare ahead when nothing else waits.</param>
    /// <param name="now">The time: what was due before counts as missed, since its moment has passed and others' have not.</param>
    public bool TryTake(out int index, bool idleToo, long now)
    {
        lock (_gate)
        {
            while (_soon.TryDequeue(out index, out var due))
            {
                if (!_due.TryGetValue(index, out var noted) || noted != due)
                {
                    continue;
                }

                _due.Remove(index);
                if (due >= now)
                {
                    return true;
                }

                PushMissed(index);
            }

            return TryPopMissed(out index) || (idleToo && _idle.TryDequeue(out index));
        }
    }

    /// <summary>Never takes this pose again: it cannot be made.</summary>
    public void Refuse(int index)
    {
        lock (_gate)
        {
            _refused.Add(index);
        }
    }

    private bool PushMissed(int index)
    {
        if (!_isMissed.Add(index))
        {
            return false;
        }

        if (_missedCount == _bound)
        {
            _isMissed.Remove(_missed[_missedNext]);
        }
        else
        {
            _missedCount++;
        }

        _missed[_missedNext] = index;
        _missedNext = (_missedNext + 1) % _bound;
        return true;
    }

    private bool TryPopMissed(out int index)
    {
        if (_missedCount == 0)
        {
            index = 0;
            return false;
        }

        _missedNext = (_missedNext + _bound - 1) % _bound;
        _missedCount--;
        index = _missed[_missedNext];
        _isMissed.Remove(index);
        return true;
    }
}

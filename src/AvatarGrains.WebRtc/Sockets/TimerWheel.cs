using System.Numerics;

namespace AvatarGrains.WebRtc.Sockets;

/// <summary>
/// A hierarchical timer wheel of 1.024 ms ticks: constant time to set, move and cancel a timer, and no allocation. Timers are never early.
/// </summary>
internal sealed class TimerWheel
{
    private const int TickShift = 10;
    private const int LevelShift = 6;
    private const int SlotsPerLevel = 1 << LevelShift;
    private const int Levels = 4;

    private readonly TimerNode?[] _slots = new TimerNode?[Levels * SlotsPerLevel];
    private readonly ulong[] _occupied = new ulong[Levels];
    private long _tick;

    public TimerWheel(long now) => _tick = now >> TickShift;

    /// <summary>When <see cref="Advance"/> has to be called next: exact for near timers, at the latest when a farther wheel turns.</summary>
    public long NextDeadline
    {
        get
        {
            if (_occupied[0] != 0)
            {
                var ahead = BitOperations.TrailingZeroCount(BitOperations.RotateRight(_occupied[0], (int)((_tick + 1) & (SlotsPerLevel - 1))));
                var boundary = (_tick | (SlotsPerLevel - 1)) + 1;
                return Math.Min(_tick + 1 + ahead, HigherOccupied ? boundary : long.MaxValue) << TickShift;
            }

            return HigherOccupied ? ((_tick | (SlotsPerLevel - 1)) + 1) << TickShift : long.MaxValue;
        }
    }

    private bool HigherOccupied => (_occupied[1] | _occupied[2] | _occupied[3]) != 0;

    /// <summary>Sets or moves a timer; <see cref="long.MaxValue"/> cancels it.</summary>
    public void Schedule(TimerNode node, long at)
    {
        if (node.At == at)
        {
            return;
        }

        Cancel(node);
        node.At = at;
        if (at != long.MaxValue)
        {
            Link(node);
        }
    }

    public void Cancel(TimerNode node)
    {
        if (node.Slot >= 0)
        {
            Unlink(node);
        }

        node.At = long.MaxValue;
    }

    /// <summary>Calls back the timers that are due.</summary>
    public void Advance(long now)
    {
        var target = now >> TickShift;
        while (_tick < target)
        {
            if ((_occupied[0] | _occupied[1] | _occupied[2] | _occupied[3]) == 0)
            {
                _tick = target;
                return;
            }

            _tick++;
            for (var level = 1; level < Levels && (_tick & ((1L << (LevelShift * level)) - 1)) == 0; level++)
            {
                Cascade(level);
            }

            var slot = (int)(_tick & (SlotsPerLevel - 1));
            while (_slots[slot] is { } node)
            {
                Unlink(node);
                if (node.At > now)
                {
                    // It was too far away for the levels.
                    Link(node);
                    continue;
                }

                node.At = long.MaxValue;
                node.Callback(node, now);
            }
        }
    }

    private void Cascade(int level)
    {
        var slot = (level * SlotsPerLevel) + (int)((_tick >> (LevelShift * level)) & (SlotsPerLevel - 1));
        var node = _slots[slot];
        _slots[slot] = null;
        _occupied[level] &= ~(1UL << (slot & (SlotsPerLevel - 1)));
        while (node is not null)
        {
            var next = node.Next;
            node.Previous = node.Next = null;
            Link(node, earliest: _tick);
            node = next;
        }
    }

    private void Link(TimerNode node) => Link(node, _tick + 1);

    private void Link(TimerNode node, long earliest)
    {
        // The last tick the levels reach; what is farther away comes round again there.
        var farthest = _tick + (1L << (LevelShift * Levels)) - (1L << (LevelShift * (Levels - 1)));
        var tick = Math.Clamp(
            node.At > long.MaxValue - (1 << TickShift) ? long.MaxValue : (node.At + (1 << TickShift) - 1) >> TickShift, earliest, farthest);
        var level = 0;
        while (level < Levels - 1 && tick - _tick >= 1L << (LevelShift * (level + 1)))
        {
            level++;
        }

        var index = (int)((tick >> (LevelShift * level)) & (SlotsPerLevel - 1));
        var slot = (level * SlotsPerLevel) + index;
        node.Slot = slot;
        node.Next = _slots[slot];
        if (node.Next is not null)
        {
            node.Next.Previous = node;
        }

        _slots[slot] = node;
        _occupied[level] |= 1UL << index;
    }

    private void Unlink(TimerNode node)
    {
        if (node.Previous is null)
        {
            _slots[node.Slot] = node.Next;
            if (node.Next is null)
            {
                _occupied[node.Slot >> LevelShift] &= ~(1UL << (node.Slot & (SlotsPerLevel - 1)));
            }
        }
        else
        {
            node.Previous.Next = node.Next;
        }

        if (node.Next is not null)
        {
            node.Next.Previous = node.Previous;
        }

        node.Previous = node.Next = null;
        node.Slot = -1;
    }
}

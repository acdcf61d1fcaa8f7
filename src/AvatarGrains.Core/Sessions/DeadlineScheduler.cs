namespace AvatarGrains.Core.Sessions;

/// <summary>Something that wants to be woken. <see cref="Wake"/> returns at once.</summary>
public interface IDeadlineOwner
{
    void Wake();
}

/// <summary>One timer for the deadlines of all sessions of a host. Thread-safe.</summary>
/// <remarks>
/// A deadline that moves later costs nothing: the owner is woken at the old time, finds nothing due, and asks again. So there is at most one
/// entry per owner that matters, and it never fires late.
/// </remarks>
public sealed class DeadlineScheduler : IAsyncDisposable
{
    private static readonly TimeSpan Unarmed = TimeSpan.MaxValue;
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(1);

    private readonly Lock _lock = new();
    private readonly PriorityQueue<Ticket, TimeSpan> _queue = new();
    private readonly TimeProvider _time;
    private readonly long _origin;
    private readonly ITimer _timer;
    private TimeSpan _armed = Unarmed;

    public DeadlineScheduler(TimeProvider time)
    {
        _time = time;
        _origin = time.GetTimestamp();
        _timer = time.CreateTimer(static state => ((DeadlineScheduler)state!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Makes an owner's ticket.</summary>
    public Ticket Register(IDeadlineOwner owner) => new(owner);

    /// <summary>Wakes the ticket's owner no later than <paramref name="delay"/> from now, if it asks for nothing earlier.</summary>
    public void Schedule(Ticket ticket, TimeSpan delay)
    {
        lock (_lock)
        {
            var due = _time.GetElapsedTime(_origin) + (delay > TimeSpan.Zero ? delay : TimeSpan.Zero);
            if (ticket.Due <= due)
            {
                return;
            }

            ticket.Due = due;
            _queue.Enqueue(ticket, due);
            Arm();
        }
    }

    /// <summary>Forgets an owner; it is not woken again.</summary>
    public void Release(Ticket ticket)
    {
        lock (_lock)
        {
            ticket.Owner = null;
            ticket.Due = TimeSpan.MinValue;
        }
    }

    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    private void Fire()
    {
        List<IDeadlineOwner>? owners = null;
        lock (_lock)
        {
            _armed = Unarmed;
            var now = _time.GetElapsedTime(_origin);
            while (_queue.TryPeek(out var ticket, out var due) && due <= now)
            {
                _queue.Dequeue();
                if (ticket.Due == due && ticket.Owner is { } owner)
                {
                    ticket.Due = Unarmed;
                    (owners ??= []).Add(owner);
                }
            }

            Arm();
        }

        foreach (var owner in owners ?? [])
        {
            owner.Wake();
        }
    }

    private void Arm()
    {
        if (!_queue.TryPeek(out _, out var due) || due >= _armed)
        {
            return;
        }

        _armed = due;
        var delay = due - _time.GetElapsedTime(_origin);

        // Timers count whole milliseconds and round down; one more keeps the deadline from being found not yet due.
        _timer.Change(
            delay <= TimeSpan.Zero ? TimeSpan.Zero : delay < LongestDelay ? delay + TimeSpan.FromMilliseconds(1) : LongestDelay,
            Timeout.InfiniteTimeSpan);
    }

    /// <summary>One owner's place in the queue.</summary>
    public sealed class Ticket
    {
        internal Ticket(IDeadlineOwner owner) => Owner = owner;

        internal IDeadlineOwner? Owner { get; set; }

        internal TimeSpan Due { get; set; } = Unarmed;
    }
}

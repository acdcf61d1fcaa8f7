using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Core.Turns;

/// <summary>
/// Keeps the speech of one turn from running further ahead of playout than it may. The session's loop reports, a job waits. While the edge reports,
/// its word counts, so that a stalled edge is not flooded; when it falls silent, speech is taken to play in real time.
/// </summary>
internal sealed class PlayoutGate(SessionClock clock, TimeSpan ahead)
{
    private static readonly TimeSpan ReportsAge = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestLook = TimeSpan.FromMilliseconds(200);

    private readonly Lock _lock = new();
    private double _postedMs;
    private double _clockMs;
    private double _reportedMs;
    private TimeSpan _clockAt = clock.Monotonic;
    private TimeSpan? _reportedAt;
    private volatile bool _open;

    /// <summary>How long what was handed on still plays: nobody misses what comes after it before that.</summary>
    public TimeSpan Left
    {
        get
        {
            lock (_lock)
            {
                Advance();
                return TimeSpan.FromMilliseconds(_postedMs - _clockMs);
            }
        }
    }

    /// <summary>Now, on the session's clock.</summary>
    public TimeSpan Now => clock.Monotonic;

    /// <summary>Lets everything pass from now on.</summary>
    public void Open() => _open = true;

    /// <summary>Speech was handed on.</summary>
    public void Posted(double milliseconds)
    {
        lock (_lock)
        {
            Advance();
            _postedMs += milliseconds;
        }
    }

    /// <summary>The edge has played this much of the turn.</summary>
    public void Reported(double milliseconds)
    {
        lock (_lock)
        {
            _reportedMs = Math.Max(_reportedMs, milliseconds);
            _reportedAt = clock.Monotonic;
        }
    }

    /// <summary>Waits until more may be handed on.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        while (Wait() is { } wait)
        {
            await Task.Delay(wait, clock.Provider, cancellationToken);
        }
    }

    private TimeSpan? Wait()
    {
        if (_open)
        {
            return null;
        }

        lock (_lock)
        {
            Advance();
            var reporting = _reportedAt is { } at && clock.Monotonic - at < ReportsAge;
            var over = _postedMs - (reporting ? Math.Min(_clockMs, _reportedMs + ReportsAge.TotalMilliseconds) : _clockMs) - ahead.TotalMilliseconds;
            if (over <= 0)
            {
                return null;
            }

            // Whole milliseconds: a timer rounds down, and would look again too early forever.
            var wait = TimeSpan.FromMilliseconds(Math.Ceiling(over));
            return wait < LongestLook ? wait : LongestLook;
        }
    }

    private void Advance()
    {
        var now = clock.Monotonic;
        _clockMs = Math.Min(_postedMs, _clockMs + (now - _clockAt).TotalMilliseconds);
        _clockAt = now;
    }
}

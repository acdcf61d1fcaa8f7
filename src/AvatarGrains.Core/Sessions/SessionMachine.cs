namespace AvatarGrains.Core.Sessions;

/// <summary>
/// The life of one session: status, presence of its client, metered time and quotas. Sans-IO: it reads no clock and holds no timer; the owner calls
/// <see cref="Handle"/> with the current moment, performs the effects, and calls again no later than <see cref="NextDeadline"/>.
/// </summary>
/// <remarks>
/// Time is metered while the session is in progress and its client is present, that is connected, or heard of within its heartbeat or idle timeout.
/// Deadlines that passed unnoticed are handled in the order in which they fell due, each at its own moment.
/// </remarks>
public sealed class SessionMachine
{
    private static readonly TimeSpan Never = TimeSpan.MaxValue;

    private readonly SessionPolicy _policy;
    private readonly TenantLimits _limits;
    private TimeSpan _connectBy = Never;
    private TimeSpan _graceUntil = Never;
    private TimeSpan _aliveUntil = TimeSpan.MinValue;
    private TimeSpan? _meterFrom;
    private string? _connection;
    private bool _heartbeats;
    private bool _hadTransport;
    private MonthBalance? _month;
    private bool _sessionWarned;
    private bool _monthWarned;

    private SessionMachine(SessionPolicy policy, TenantLimits limits) => (_policy, _limits) = (policy, limits);

    private enum Deadline
    {
        SessionQuota,
        MonthQuota,
        SessionWarning,
        MonthWarning,
        Connect,
        Grace,
        Alive,
        Meter,
    }

    public SessionStatus Status { get; private set; }

    public TerminationReason? Reason { get; private set; }

    public DateTimeOffset CreatedAt { get; private init; }

    public DateTimeOffset? ConnectedAt { get; private set; }

    public DateTimeOffset? EndedAt { get; private set; }

    /// <summary>Time metered and handed out as <see cref="SessionEffect.Meter"/>.</summary>
    public TimeSpan Metered { get; private set; }

    /// <summary>When the span of time began that is metered next; null while no time is metered.</summary>
    public TimeSpan? MeteredSince => _meterFrom;

    /// <summary>The newest transport, or null.</summary>
    public string? Connection => _connection;

    /// <summary>Its client is known by its requests alone: it never had a transport and sent no heartbeat.</summary>
    public bool RequestsOnly => Status == SessionStatus.InProgress && !_hadTransport && !_heartbeats;

    /// <summary>The quota the client has been warned of and the monotonic time at which it ends the session; null while there is none.</summary>
    public (TerminationReason Reason, TimeSpan At)? Warned
    {
        get
        {
            var session = _sessionWarned ? SessionQuotaAt() : Never;
            var month = _monthWarned ? MonthQuotaAt() : Never;
            return session == Never && month == Never ? null
                : session <= month
                ? (TerminationReason.MaxMinPerSessionQuotaExceeded, session)
                : (TerminationReason.TotalMinPerMonthQuotaExceeded, month);
        }
    }

    /// <summary>The monotonic time of the next thing to happen by itself; null when nothing will.</summary>
    public TimeSpan? NextDeadline
    {
        get
        {
            var due = Earliest(out _);
            return due == Never ? null : due;
        }
    }

    /// <summary>A new session that waits for its client.</summary>
    public static SessionMachine Create(SessionPolicy policy, TenantLimits limits, SessionInstant now) => new(policy, limits)
    {
        CreatedAt = now.Wall,
        _connectBy = now.Monotonic + policy.ConnectTimeout,
    };

    /// <summary>
    /// A stored session after a restart. It waits for its client again: one grace time when it had been connected, one idle timeout when it
    /// only made requests, else one connect timeout.
    /// </summary>
    public static SessionMachine Restore(SessionPolicy policy, TenantLimits limits, StoredLife life, SessionInstant now)
    {
        var machine = new SessionMachine(policy, limits)
        {
            CreatedAt = life.CreatedAt,
            ConnectedAt = life.ConnectedAt,
            EndedAt = life.EndedAt,
            Metered = life.Metered,
            Status = life.Status,
            Reason = life.Reason,
        };
        if (life.Status == SessionStatus.InProgress)
        {
            machine._hadTransport = !life.RequestsOnly;
            machine._graceUntil = now.Monotonic + (life.RequestsOnly ? policy.IdleTimeout : policy.GraceTime);
        }
        else if (life.Status != SessionStatus.Terminated)
        {
            machine._connectBy = now.Monotonic + policy.ConnectTimeout;
        }

        return machine;
    }

    /// <summary>Applies an input after everything that fell due before <paramref name="now"/>. Inputs to an ended session do nothing.</summary>
    public void Handle(SessionInput input, SessionInstant now, List<SessionEffect> effects)
    {
        Advance(now, effects);
        if (Status == SessionStatus.Terminated)
        {
            return;
        }

        switch (input)
        {
            case SessionInput.Tick:
                break;
            case SessionInput.Exchanged:
                Exchange(now, effects);
                break;
            case SessionInput.Connected connected:
                Connect(connected.Connection, now, effects);
                break;
            case SessionInput.Lost lost:
                Lose(lost, now, effects);
                break;
            case SessionInput.Heartbeat:
                if (RequestsOnly)
                {
                    effects.Add(SessionEffect.Save.Instance);
                }

                _heartbeats = true;
                KeepAlive(_policy.HeartbeatTimeout, now, effects);
                break;
            case SessionInput.Activity:
                Act(now, effects);
                break;
            case SessionInput.MonthRead read:
                ReadMonth(read, now, effects);
                break;
            case SessionInput.Suspend:
                Meter(now, effects);
                _meterFrom = null;
                break;
            case SessionInput.End end:
                Terminate(end.Reason, end.Detail, now, effects);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(input), input, "Unknown session input.");
        }

        // A limit below the warning lead is due at the moment it is learnt.
        Advance(now, effects);
    }

    private void Exchange(SessionInstant now, List<SessionEffect> effects)
    {
        if (Status == SessionStatus.Created)
        {
            Status = SessionStatus.Exchanged;
            _connectBy = now.Monotonic + _policy.ConnectTimeout;
        }

        effects.Add(SessionEffect.Save.Instance);
    }

    private void Connect(string connection, SessionInstant now, List<SessionEffect> effects)
    {
        _connection = connection;
        if (RequestsOnly)
        {
            effects.Add(SessionEffect.Save.Instance);
        }

        _hadTransport = true;
        _aliveUntil = TimeSpan.MinValue;
        Arrive(now, effects);
    }

    private void Lose(SessionInput.Lost lost, SessionInstant now, List<SessionEffect> effects)
    {
        if (_connection is null || lost.Connection != _connection)
        {
            return;
        }

        _connection = null;
        if (lost.Graceful)
        {
            Terminate(TerminationReason.GracefulTermination, "The client closed its connection.", now, effects);
        }
        else if (now.Monotonic >= _aliveUntil)
        {
            Leave(now, effects);
        }
    }

    private void Act(SessionInstant now, List<SessionEffect> effects)
    {
        // Requests of a client that has a media transport say nothing of that transport, and must not keep the session when it is gone.
        if (!_hadTransport)
        {
            KeepAlive(_heartbeats ? _policy.HeartbeatTimeout : _policy.IdleTimeout, now, effects);
        }
    }

    private void KeepAlive(TimeSpan timeout, SessionInstant now, List<SessionEffect> effects)
    {
        var until = now.Monotonic + timeout;
        _aliveUntil = _heartbeats || until > _aliveUntil ? until : _aliveUntil;
        Arrive(now, effects);
    }

    /// <summary>The client is here: first time, again, or still.</summary>
    private void Arrive(SessionInstant now, List<SessionEffect> effects)
    {
        _graceUntil = Never;
        if (Status != SessionStatus.InProgress)
        {
            Status = SessionStatus.InProgress;
            ConnectedAt = now.Wall;
            _connectBy = Never;
            effects.Add(SessionEffect.Save.Instance);
        }

        if (_meterFrom is null)
        {
            _meterFrom = now.Monotonic;
            AskMonth(now, effects);
        }
    }

    private void Leave(SessionInstant now, List<SessionEffect> effects)
    {
        Meter(now, effects);
        _meterFrom = null;
        _month = null;
        _aliveUntil = TimeSpan.MinValue;
        _graceUntil = now.Monotonic + _policy.GraceTime;
    }

    private void ReadMonth(SessionInput.MonthRead read, SessionInstant now, List<SessionEffect> effects)
    {
        if (read.Month != now.Month)
        {
            AskMonth(now, effects);
            return;
        }

        if (read.Limit is not { } limit)
        {
            _month = null;
            return;
        }

        var left = limit - read.Used;
        if (_month is null || _month.Value.Month != read.Month || left > _policy.WarningLead)
        {
            _monthWarned = false;
        }

        // What runs since the last tick is not in the store yet.
        _month = new MonthBalance(read.Month, (_meterFrom ?? now.Monotonic) + left);
    }

    private void AskMonth(SessionInstant now, List<SessionEffect> effects)
    {
        if (_limits.MaxPerMonth is not null)
        {
            effects.Add(new SessionEffect.ReadMonth(now.Month));
        }
    }

    private void Terminate(TerminationReason reason, string detail, SessionInstant now, List<SessionEffect> effects)
    {
        Meter(now, effects);
        _meterFrom = null;
        _connection = null;
        _connectBy = _graceUntil = Never;
        _aliveUntil = TimeSpan.MinValue;
        _month = null;
        Status = SessionStatus.Terminated;
        Reason = reason;
        EndedAt = now.Wall;
        effects.Add(SessionEffect.Save.Instance);
        effects.Add(new SessionEffect.Ended(reason, detail));
    }

    /// <summary>Hands out the time since the last tick, split at month boundaries, and starts the next span at <paramref name="now"/>.</summary>
    private void Meter(SessionInstant now, List<SessionEffect> effects)
    {
        if (_meterFrom is not { } from || now.Monotonic <= from)
        {
            return;
        }

        var left = now.Monotonic - from;
        Metered += left;
        _meterFrom = now.Monotonic;
        var end = now.Wall.UtcDateTime;
        while (left > TimeSpan.Zero)
        {
            var inMonth = end.AddTicks(-1);
            var start = new DateTime(inMonth.Year, inMonth.Month, 1, 0, 0, 0, DateTimeKind.Utc);
            var part = end - start < left ? end - start : left;
            effects.Add(new SessionEffect.Meter(SessionInstant.MonthOf(inMonth), part));
            left -= part;
            end = start;
        }

        effects.Add(SessionEffect.Save.Instance);
    }

    private void Advance(SessionInstant now, List<SessionEffect> effects)
    {
        while (true)
        {
            var due = Earliest(out var deadline);
            if (due > now.Monotonic)
            {
                return;
            }

            var at = new SessionInstant(due, now.Wall - (now.Monotonic - due));
            Expire(deadline, at, now, effects);
        }
    }

    private void Expire(Deadline deadline, SessionInstant at, SessionInstant now, List<SessionEffect> effects)
    {
        switch (deadline)
        {
            case Deadline.Connect:
                Terminate(TerminationReason.SessionExpiredBeforeConnection, "Nobody connected in time.", at, effects);
                break;
            case Deadline.Grace:
                Terminate(TerminationReason.SessionLostAfterConnection, "The client did not come back in time.", at, effects);
                break;
            case Deadline.Alive:
                Leave(at, effects);
                break;
            case Deadline.SessionQuota:
                Terminate(TerminationReason.MaxMinPerSessionQuotaExceeded, "The session used its minutes.", at, effects);
                break;
            case Deadline.MonthQuota:
                ExpireMonth(at, now, effects);
                break;
            case Deadline.SessionWarning:
                _sessionWarned = true;
                effects.Add(new SessionEffect.Warn(TerminationReason.MaxMinPerSessionQuotaExceeded, Left(SessionQuotaAt(), now)));
                break;
            case Deadline.MonthWarning:
                _monthWarned = true;
                effects.Add(new SessionEffect.Warn(TerminationReason.TotalMinPerMonthQuotaExceeded, Left(MonthQuotaAt(), now)));
                break;
            default:
                Meter(at, effects);
                AskMonth(at, effects);
                break;
        }
    }

    private void ExpireMonth(SessionInstant at, SessionInstant now, List<SessionEffect> effects)
    {
        if (_month!.Value.Month == at.Month)
        {
            Terminate(TerminationReason.TotalMinPerMonthQuotaExceeded, "The tenant used its minutes of the month.", at, effects);
            return;
        }

        // A new month began since the balance was read: it has its own minutes.
        _month = null;
        Meter(at, effects);
        AskMonth(now, effects);
    }

    private TimeSpan Earliest(out Deadline deadline)
    {
        var best = Never;
        var which = Deadline.Meter;
        if (Status == SessionStatus.Terminated)
        {
            deadline = which;
            return Never;
        }

        Consider(SessionQuotaAt(), Deadline.SessionQuota);
        Consider(MonthQuotaAt(), Deadline.MonthQuota);
        Consider(_sessionWarned ? Never : WarningAt(SessionQuotaAt()), Deadline.SessionWarning);
        Consider(_monthWarned ? Never : WarningAt(MonthQuotaAt()), Deadline.MonthWarning);
        Consider(_connectBy, Deadline.Connect);
        Consider(_graceUntil, Deadline.Grace);
        Consider(_connection is null && _aliveUntil != TimeSpan.MinValue ? _aliveUntil : Never, Deadline.Alive);
        Consider(_meterFrom is { } from ? from + _policy.MeterInterval : Never, Deadline.Meter);
        deadline = which;
        return best;

        void Consider(TimeSpan due, Deadline kind)
        {
            if (due < best)
            {
                (best, which) = (due, kind);
            }
        }
    }

    private TimeSpan SessionQuotaAt() =>
        _meterFrom is { } from && _limits.MaxPerSession is { } limit ? Later(from, limit - Metered) : Never;

    private TimeSpan MonthQuotaAt() => _meterFrom is not null && _month is { } month ? month.EndsAt : Never;

    private TimeSpan WarningAt(TimeSpan quota) => quota == Never ? Never : Later(quota, -_policy.WarningLead);

    private static TimeSpan Left(TimeSpan quota, SessionInstant now) =>
        quota > now.Monotonic ? quota - now.Monotonic : TimeSpan.Zero;

    private static TimeSpan Later(TimeSpan from, TimeSpan by) => by > TimeSpan.Zero && from > Never - by ? Never : from + by;

    /// <summary>When the month's minutes end if nobody else of the tenant spends any.</summary>
    private readonly record struct MonthBalance(string Month, TimeSpan EndsAt);
}

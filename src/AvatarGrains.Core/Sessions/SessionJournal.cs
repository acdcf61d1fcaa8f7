using AvatarGrains.Core.Storage;

namespace AvatarGrains.Core.Sessions;

/// <summary>
/// What of a session is stored, and what is to be. Changes gather here and reach the store in one write. A write that failed is tried again
/// as it was, because it may have been stored and only its answer lost, and then what changed since: so nothing is lost or counted twice.
/// Owned by the session: its calls come one at a time.
/// </summary>
internal sealed class SessionJournal
{
    private readonly ISessionStore _store;
    private readonly SessionMachine _machine;
    private SessionRecord _record;
    private HistoryLine[] _history;
    private int _lines;
    private List<HistoryLine> _newLines = [];
    private List<SessionEventRecord> _newEvents = [];
    private List<MeterEntry> _meter = [];
    private bool _clear;
    private bool _dirty;
    private SessionWrite? _unanswered;
    private long _unansweredChanges;

    public SessionJournal(ISessionStore store, SessionMachine machine, SessionRecord record, IReadOnlyList<HistoryLine> history)
    {
        _store = store;
        _machine = machine;
        _record = record;
        _history = [.. history];
        _lines = history.Count;
    }

    /// <summary>The life that is stored with it.</summary>
    public SessionMachine Machine => _machine;

    public SessionRecord Record => _record;

    public SessionSpec Spec => _record.Spec;

    public bool Dirty => _dirty || _unanswered is not null;

    /// <summary>Counts the changes so far.</summary>
    public long Changes { get; private set; }

    /// <summary>As many of the changes, from the first on, are stored.</summary>
    public long Stored { get; private set; }

    /// <summary>All lines so far; the view does not change when lines are added.</summary>
    public IReadOnlyList<HistoryLine> History
    {
        get
        {
            if (_lines == 0)
            {
                return [];
            }

            return new ArraySegment<HistoryLine>(_history, 0, _lines);
        }
    }

    public void Touch()
    {
        _dirty = true;
        Changes++;
    }

    public void Change(SessionRecord record)
    {
        _record = record;
        Touch();
    }

    public void Append(HistoryLine line)
    {
        if (_lines == _history.Length)
        {
            Array.Resize(ref _history, Math.Max(4, _lines * 2));
        }

        _history[_lines++] = line;
        _newLines.Add(line);
        Touch();
    }

    public void ClearHistory()
    {
        _history = [];
        _lines = 0;
        _newLines.Clear();
        _clear = true;
        Touch();
    }

    public void Append(SessionEventRecord record)
    {
        _newEvents.Add(record);
        Touch();
    }

    public void Meter(string month, TimeSpan time)
    {
        _meter.Add(new MeterEntry(month, time));
        Touch();
    }

    /// <summary>Writes what has changed since the last write; what changes meanwhile stays for the next one.</summary>
    public async ValueTask WriteAsync(CancellationToken cancellationToken)
    {
        var write = _unanswered ??= Take();
        await _store.WriteAsync(write, cancellationToken);
        _unanswered = null;
        Stored = _unansweredChanges;
        var stored = write.Record;
        _record = _record with
        {
            Version = stored.Version,
            Status = stored.Status,
            Reason = stored.Reason,
            ConnectedAt = stored.ConnectedAt,
            EndedAt = stored.EndedAt,
            Metered = stored.Metered,
            RequestsOnly = stored.RequestsOnly,
        };
    }

    private SessionWrite Take()
    {
        var record = _record with
        {
            Version = _record.Version + 1,
            Status = _machine.Status,
            Reason = _machine.Reason,
            ConnectedAt = _machine.ConnectedAt,
            EndedAt = _machine.EndedAt,
            Metered = _machine.Metered,
            RequestsOnly = _machine.RequestsOnly,
        };
        var write = new SessionWrite(record, Hand(ref _newLines), _clear, Hand(ref _newEvents), Hand(ref _meter));
        _clear = false;
        _dirty = false;
        _unansweredChanges = Changes;
        return write;
    }

    /// <summary>Gives a list away: what comes later goes into another one. An empty list stays.</summary>
    private static IReadOnlyList<T> Hand<T>(ref List<T> list)
    {
        if (list.Count == 0)
        {
            return [];
        }

        var handed = list;
        list = [];
        return handed;
    }
}

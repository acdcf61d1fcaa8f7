using AvatarGrains.Core.Storage;

namespace AvatarGrains.Core.Sessions;

/// <summary>
/// What of a session is stored, and what is to be. Changes gather here and reach the store in one write. A write that failed is tried again as it was, because it
/// may have been stored and only its answer lost, and then what changed since: so nothing is lost or counted twice. Owned by the session's loop.
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

    public SessionJournal(ISessionStore store, SessionMachine machine, SessionRecord record, IReadOnlyList<HistoryLine> history)
    {
        _store = store;
        _machine = machine;
        _record = record;
        _history = [.. history];
        _lines = history.Count;
    }

    public SessionRecord Record => _record;

    public SessionSpec Spec => _record.Spec;

    public bool Dirty => _dirty || _unanswered is not null;

    /// <summary>All lines so far; the view does not change when lines are added.</summary>
    public IReadOnlyList<HistoryLine> History => new ArraySegment<HistoryLine>(_history, 0, _lines);

    public void Touch() => _dirty = true;

    public void Change(SessionRecord record)
    {
        _record = record;
        _dirty = true;
    }

    public void Append(HistoryLine line)
    {
        if (_lines == _history.Length)
        {
            Array.Resize(ref _history, Math.Max(4, _lines * 2));
        }

        _history[_lines++] = line;
        _newLines.Add(line);
        _dirty = true;
    }

    public void ClearHistory()
    {
        _history = [];
        _lines = 0;
        _newLines.Clear();
        _clear = true;
        _dirty = true;
    }

    public void Append(SessionEventRecord record)
    {
        _newEvents.Add(record);
        _dirty = true;
    }

    public void Meter(string month, TimeSpan time)
    {
        _meter.Add(new MeterEntry(month, time));
        _dirty = true;
    }

    /// <summary>Writes everything since the last write.</summary>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        while (Dirty)
        {
            var write = _unanswered ??= Take();
            await _store.WriteAsync(write, cancellationToken);
            _unanswered = null;
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

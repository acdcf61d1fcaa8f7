using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Core.Storage.InMemory;

/// <summary>
/// Keeps sessions while the process lives: for development and tests. Holds the same contract as the durable stores but durability itself.
/// </summary>
public sealed class InMemorySessionStore : ISessionStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _sessions = [];
    private readonly Dictionary<(string Tenant, string Month), TimeSpan> _meters = [];

    public ValueTask WriteAsync(SessionWrite write, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var record = write.Record;
            var stored = _sessions.GetValueOrDefault(record.Id);
            if (stored is not null && stored.Write == write.Id && stored.Record.Version == record.Version)
            {
                return ValueTask.CompletedTask;
            }

            if ((stored?.Record.Version ?? 0) != record.Version - 1)
            {
                throw new StorageConflictException($"Session {record.Id} is at version {stored?.Record.Version ?? 0}, not {record.Version - 1}.");
            }

            var history = stored is null || write.ClearHistory ? [] : stored.History;
            var events = stored?.Events ?? [];
            _sessions[record.Id] = new Entry(record, write.Id, [.. history, .. write.NewLines], [.. events, .. write.NewEvents ?? []]);
            foreach (var meter in write.Meter ?? [])
            {
                var key = (record.Spec.Tenant, meter.Month);
                _meters[key] = _meters.GetValueOrDefault(key) + meter.Time;
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<(SessionRecord Record, IReadOnlyList<HistoryLine> History)?> ReadAsync(string id, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return new(_sessions.TryGetValue(id, out var entry) ? (entry.Record, entry.History) : null);
        }
    }

    public ValueTask<IReadOnlyList<SessionRecord>> ListActiveAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return new([.. _sessions.Values.Select(e => e.Record).Where(r => r.Status != SessionStatus.Terminated)]);
        }
    }

    public ValueTask<IReadOnlyList<string>> ListActiveAsync(string tenant, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return new([.. _sessions.Values.Select(e => e.Record)
                .Where(r => r.Status != SessionStatus.Terminated && r.Spec.Tenant == tenant)
                .Select(r => r.Id)]);
        }
    }

    public ValueTask<TimeSpan> ReadMeterAsync(string tenant, string month, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return new(_meters.GetValueOrDefault((tenant, month)));
        }
    }

    public ValueTask<IReadOnlyList<SessionEventRecord>> ListEventsAsync(string id, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return new(_sessions.TryGetValue(id, out var entry) ? entry.Events : []);
        }
    }

    public ValueTask<int> PurgeAsync(DateTimeOffset endedBefore, int most, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var old = _sessions.Values.Where(e => e.Record.EndedAt < endedBefore)
                .OrderBy(e => e.Record.EndedAt).Take(most).Select(e => e.Record.Id).ToList();
            old.ForEach(id => _sessions.Remove(id));
            return new(old.Count);
        }
    }

    private sealed record Entry(SessionRecord Record, Guid Write, IReadOnlyList<HistoryLine> History, IReadOnlyList<SessionEventRecord> Events);
}

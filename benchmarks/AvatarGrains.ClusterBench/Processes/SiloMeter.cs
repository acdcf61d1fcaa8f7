using System.Diagnostics;
using System.Diagnostics.Metrics;
using AvatarGrains.Core.Storage;

namespace AvatarGrains.ClusterBench.Processes;

/// <summary>Counts what this process does: its messages by Orleans' own instrument, its storage by standing in front of it. Thread-safe.</summary>
internal sealed class SiloMeter : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _messages;
    private long _bytes;
    private long _writes;
    private long _reads;

    public SiloMeter()
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Name == "orleans-messaging-sent-messages-size")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<int>((_, bytes, _, _) =>
        {
            Interlocked.Increment(ref _messages);
            Interlocked.Add(ref _bytes, bytes);
        });
        _listener.Start();
    }

    public ISessionStore Count(ISessionStore store) => new CountedStore(store, this);

    public SiloStats Take(int sessions, bool collect = false) => new(
        Stopwatch.GetTimestamp(),
        Environment.CpuUsage.TotalTime.TotalSeconds,
        Environment.WorkingSet,
        GC.GetTotalMemory(forceFullCollection: collect),
        sessions,
        Volatile.Read(ref _messages),
        Volatile.Read(ref _bytes),
        Volatile.Read(ref _writes),
        Volatile.Read(ref _reads),
        GC.CollectionCount(0),
        GC.GetTotalPauseDuration().TotalMilliseconds);

    public void Dispose() => _listener.Dispose();

    private sealed class CountedStore(ISessionStore inner, SiloMeter meter) : ISessionStore
    {
        public ValueTask WriteAsync(SessionWrite write, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref meter._writes);
            return inner.WriteAsync(write, cancellationToken);
        }

        public ValueTask<(SessionRecord Record, IReadOnlyList<Core.Sessions.HistoryLine> History)?> ReadAsync(
            string id, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref meter._reads);
            return inner.ReadAsync(id, cancellationToken);
        }

        public ValueTask<IReadOnlyList<SessionRecord>> ListActiveAsync(CancellationToken cancellationToken) =>
            inner.ListActiveAsync(cancellationToken);

        public ValueTask<IReadOnlyList<string>> ListActiveAsync(string tenant, CancellationToken cancellationToken) =>
            inner.ListActiveAsync(tenant, cancellationToken);

        public ValueTask<TimeSpan> ReadMeterAsync(string tenant, string month, CancellationToken cancellationToken) =>
            inner.ReadMeterAsync(tenant, month, cancellationToken);

        public ValueTask<IReadOnlyList<SessionEventRecord>> ListEventsAsync(string id, CancellationToken cancellationToken) =>
            inner.ListEventsAsync(id, cancellationToken);

        public ValueTask<int> PurgeAsync(DateTimeOffset endedBefore, int most, CancellationToken cancellationToken) =>
            inner.PurgeAsync(endedBefore, most, cancellationToken);
    }
}

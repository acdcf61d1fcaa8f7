using System.Diagnostics.Metrics;

namespace AvatarGrains.Edge;

/// <summary>Counters of the edge, under the meter <c>AvatarGrains.Edge</c>.</summary>
public sealed class EdgeMetrics : IDisposable
{
    public const string MeterName = "AvatarGrains.Edge";

    private readonly Meter _meter = new(MeterName);
    private readonly UpDownCounter<long> _connections;
    private readonly Counter<long> _connects;
    private readonly Counter<long> _closes;
    private readonly Counter<long> _underruns;
    private readonly Counter<long> _skippedTicks;
    private readonly Counter<long> _interruptions;
    private readonly Counter<long> _badMessages;
    private long _totalUnderruns;
    private long _totalSkippedTicks;

    public EdgeMetrics()
    {
        _connections = _meter.CreateUpDownCounter<long>("avatar.edge.connections", description: "Peers connected now");
        _connects = _meter.CreateCounter<long>("avatar.edge.connects", description: "Peers that connected");
        _closes = _meter.CreateCounter<long>("avatar.edge.closes", description: "Peers that closed, by reason");
        _underruns = _meter.CreateCounter<long>(
            "avatar.edge.underruns", description: "20 ms ticks of silence inside a sentence because speech came late");
        _skippedTicks = _meter.CreateCounter<long>("avatar.edge.skipped_ticks", description: "20 ms ticks left out because the loop came late");
        _interruptions = _meter.CreateCounter<long>("avatar.edge.interruptions", description: "Sentences cut off");
        _badMessages = _meter.CreateCounter<long>("avatar.edge.bad_messages", description: "Data-channel messages answered with an error");
    }

    /// <summary>Ticks of 20 ms of silence inside a sentence because speech came late, of clients that have gone.</summary>
    public long Underruns => Interlocked.Read(ref _totalUnderruns);

    /// <summary>Ticks of 20 ms that were left out because the loop came late, of clients that have gone.</summary>
    public long SkippedTicks => Interlocked.Read(ref _totalSkippedTicks);

    public void Connected()
    {
        _connections.Add(1);
        _connects.Add(1);
    }

    public void Closed(string reason, bool wasConnected, long underruns, long skippedTicks)
    {
        _connections.Add(wasConnected ? -1 : 0);
        _closes.Add(1, new KeyValuePair<string, object?>("reason", reason));
        _underruns.Add(underruns);
        _skippedTicks.Add(skippedTicks);
        Interlocked.Add(ref _totalUnderruns, underruns);
        Interlocked.Add(ref _totalSkippedTicks, skippedTicks);
    }

    public void Interrupted() => _interruptions.Add(1);

    public void BadMessage() => _badMessages.Add(1);

    public void Dispose() => _meter.Dispose();
}

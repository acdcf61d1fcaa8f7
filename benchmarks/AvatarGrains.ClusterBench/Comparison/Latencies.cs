using System.Diagnostics;
using System.Globalization;
using Orleans.Streams;

namespace AvatarGrains.ClusterBench.Comparison;

/// <summary>Collects how long chunks travelled.</summary>
internal sealed class Latencies : IChunkObserver, IAsyncObserver<Chunk>
{
    private readonly Lock _lock = new();
    private readonly List<double> _first = [];
    private readonly List<double> _later = [];
    private bool _open;

    public void Open()
    {
        lock (_lock)
        {
            _open = true;
        }
    }

    public Task OnChunkAsync(Chunk chunk)
    {
        var ms = Stopwatch.GetElapsedTime(chunk.Sent).TotalMilliseconds;
        lock (_lock)
        {
            if (_open)
            {
                (chunk.First ? _first : _later).Add(ms);
            }
        }

        return Task.CompletedTask;
    }

    public Task OnNextAsync(Chunk item, StreamSequenceToken? token = null) => OnChunkAsync(item);

    public Task OnErrorAsync(Exception ex) => throw new InvalidOperationException("The stream failed.", ex);

    public string Report(double cores)
    {
        lock (_lock)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"first {_first.Count}: p50 {At(_first, 0.5):F1} p99 {At(_first, 0.99):F1} ms | later {_later.Count}: p50 {At(_later, 0.5):F1} "
                    + $"p99 {At(_later, 0.99):F1} ms | {cores:F2} cores");
        }
    }

    private static double At(List<double> values, double part)
    {
        values.Sort();
        return values.Count == 0 ? double.NaN : values[(int)((values.Count - 1) * part)];
    }
}

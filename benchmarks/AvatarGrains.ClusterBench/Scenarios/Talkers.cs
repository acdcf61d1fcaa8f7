using System.Diagnostics;
using AvatarGrains.ClusterBench.Processes;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.ClusterBench.Scenarios;

/// <summary>Asks every session a question in its turn, spread over the time between two questions to one.</summary>
internal sealed class Talkers(BenchCluster cluster, IReadOnlyList<string> sessions, TimeSpan every) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, long> _asked = [];
    private int _refused;
    private Task _asking = Task.CompletedTask;

    /// <summary>Questions that were not taken.</summary>
    public int Refused => Volatile.Read(ref _refused);

    public Talkers Start()
    {
        _asking = Task.WhenAll(sessions.Select((id, i) => AskAsync(id, every * i / sessions.Count)));
        return this;
    }

    /// <summary>When a session was last asked; 0 for never.</summary>
    public long AskedAt(string session)
    {
        lock (_asked)
        {
            return _asked.GetValueOrDefault(session);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _asking;
        _stop.Dispose();
    }

    private async Task AskAsync(string id, TimeSpan phase)
    {
        try
        {
            await Task.Delay(phase, TimeProvider.System, _stop.Token);
            using var timer = new PeriodicTimer(every, TimeProvider.System);
            do
            {
                lock (_asked)
                {
                    _asked[id] = Stopwatch.GetTimestamp();
                }

                var result = await cluster.Sessions.Open(id).SendAsync(Perform.Ask("How are you?"), _stop.Token);
                if (!result.Accepted)
                {
                    Interlocked.Increment(ref _refused);
                }
            }
            while (await timer.WaitForNextTickAsync(_stop.Token));
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }
}

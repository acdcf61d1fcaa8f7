namespace AvatarGrains.Core.Engines;

/// <summary>
/// Lets so many in at once. Of those who wait, whoever needs it soonest is next (earliest deadline first), so that the first sentence of an
/// answer does not wait behind sentences that are not heard before seconds have passed. Thread-safe.
/// </summary>
/// <param name="places">How many.</param>
/// <param name="time">The clock of the deadlines.</param>
public sealed class DeadlineGate(int places, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly PriorityQueue<TaskCompletionSource, (long Due, long Order)> _waiting = new();
    private int _free = places;
    private long _order;

    /// <summary>Waits for a place; call <see cref="Leave"/> after.</summary>
    /// <param name="slack">How long from now it will not be missed; zero when somebody waits for it already.</param>
    /// <param name="cancellationToken">Gives up; then there is no place to leave.</param>
    public async ValueTask EnterAsync(TimeSpan slack, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TaskCompletionSource turn;
        lock (_lock)
        {
            if (_free > 0)
            {
                _free--;
                return;
            }

            turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue(turn, (time.GetTimestamp() + (long)(slack.TotalSeconds * time.TimestampFrequency), _order++));
        }

        await using (cancellationToken.UnsafeRegister(static (waiting, token) => ((TaskCompletionSource)waiting!).TrySetCanceled(token), turn))
        {
            await turn.Task;
        }
    }

    /// <summary>Gives a place back.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            // Whoever gave up is still in line, and takes no place.
            while (_waiting.TryDequeue(out var next, out _))
            {
                if (next.TrySetResult())
                {
                    return;
                }
            }

            _free++;
        }
    }
}

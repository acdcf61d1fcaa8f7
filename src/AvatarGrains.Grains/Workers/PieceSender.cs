using AvatarGrains.Grains.Contracts;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace AvatarGrains.Grains.Workers;

/// <summary>Sends the pieces of an answer to another silo: the first at once, later ones together while one message is under way.</summary>
internal sealed class PieceSender
{
    private const int MostPerMessage = 16;

    /// <summary>The engine waits while so many pieces wait.</summary>
    private const int MostWaiting = 256;

    private readonly IPieceObserver _observer;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop;
    private readonly Lock _lock = new();
    private readonly Queue<object> _waiting = new();
    private Task _sending = Task.CompletedTask;
    private bool _busy;

    private PieceSender(IPieceObserver observer, ILogger log, CancellationTokenSource stop) => (_observer, _log, _stop) = (observer, log, stop);

    /// <summary>Returns when the last piece has been taken.</summary>
    /// <exception cref="IOException">The pieces could not be handed over.</exception>
    public static async Task SendAsync<T>(IAsyncEnumerable<T> answer, IPieceObserver observer, ILogger log, CancellationToken cancellationToken)
        where T : class
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sender = new PieceSender(observer, log, stop);
        try
        {
            await foreach (var piece in answer.WithCancellation(stop.Token).ConfigureAwait(false))
            {
                if (sender.Add(piece) >= MostWaiting)
                {
                    await sender._sending.ConfigureAwait(false);
                }
            }
        }
        finally
        {
            await sender._sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }

        // The answer is done only when the caller has taken its last piece.
        await sender._sending.ConfigureAwait(false);
    }

    /// <returns>Pieces that wait, this one included.</returns>
    private int Add(object piece)
    {
        int waiting;
        lock (_lock)
        {
            _waiting.Enqueue(piece);
            waiting = _waiting.Count;
            if (_busy)
            {
                return waiting;
            }

            _busy = true;
        }

        _sending = SendWaitingAsync();
        return waiting;
    }

    private async Task SendWaitingAsync()
    {
        try
        {
            while (Take() is { Length: > 0 } some)
            {
                // A caller that is gone never answers: cancelling ends the wait, so that the place at the gate is given back at once.
                await _observer.OnPiecesAsync(new Immutable<object[]>(some)).WaitAsync(_stop.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            // The caller is gone or refuses more pieces, so the engine is stopped.
            _log.LogDebug("A worker's pieces are not wanted any more: {Reason}", e.Message);
            await _stop.CancelAsync();
            throw new IOException("The answer's pieces could not be handed over.", e);
        }
    }

    /// <summary>The pieces of the next message; none, and then the sender is no longer busy, when nothing waits.</summary>
    private object[] Take()
    {
        lock (_lock)
        {
            var some = new object[Math.Min(_waiting.Count, MostPerMessage)];
            for (var i = 0; i < some.Length; i++)
            {
                some[i] = _waiting.Dequeue();
            }

            _busy = some.Length > 0;
            return some;
        }
    }
}

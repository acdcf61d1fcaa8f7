using System.Runtime.CompilerServices;
using System.Threading.Channels;
using AvatarGrains.Core.Engines;
using AvatarGrains.Grains.Contracts;
using Orleans.Concurrency;

namespace AvatarGrains.Grains.Workers;

/// <summary>A question to the workers whose answer comes in pieces.</summary>
/// <param name="Kind">What is to be done.</param>
/// <param name="Engine">Name of the engine that is wanted.</param>
/// <param name="Ask">Calls a worker grain on the silo that was chosen.</param>
internal sealed record PooledWork(WorkerKind Kind, string? Engine, Func<WorkerSilo, PieceTarget, CancellationToken, Task<WorkReply>> Ask)
{
    /// <summary>Whether another worker may be asked after some pieces came.</summary>
    public bool MayRepeat { get; init; }

    /// <summary>How long the first piece, and each further one, may take before the worker is taken for lost.</summary>
    public TimeSpan Patience { get; init; } = Timeout.InfiniteTimeSpan;
}

/// <summary>
/// An answer that a worker gives in pieces, as an enumeration here. A worker in this process puts its pieces into the reader's queue itself; one on
/// another silo sends them to an observer.
/// </summary>
/// <param name="pool">Finds workers.</param>
/// <param name="work">The question.</param>
internal sealed class PooledAnswer<T>(WorkerPool pool, PooledWork work)
    where T : class
{
    // A waiting reader continues on the thread that delivers the piece, which saves a switch of threads for each.
    private readonly Channel<(int Attempt, T Piece)> _pieces =
        Channel.CreateUnbounded<(int, T)>(new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = true });

    private readonly PooledWork _work = work;
    private int _attempts;
    private volatile bool _any;

    /// <summary>Asks. Call once.</summary>
    /// <returns>Pieces, each with the number of the attempt it is from, which never decreases.</returns>
    /// <exception cref="EngineException">The engine failed, or no worker could do it.</exception>
    public async IAsyncEnumerable<(int Attempt, T Piece)> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var working = WorkAsync(stop.Token);
        var newest = 0;
        try
        {
            await foreach (var piece in _pieces.Reader.ReadAllAsync(cancellationToken))
            {
                // A worker that was taken for lost may deliver a piece after the next attempt began.
                if (piece.Attempt >= newest)
                {
                    newest = piece.Attempt;
                    yield return piece;
                }
            }
        }
        finally
        {
            await stop.CancelAsync();
            await working;
        }
    }

    /// <summary>Never faults: every outcome reaches the reader through the queue.</summary>
    private async Task WorkAsync(CancellationToken stop)
    {
        try
        {
            if (TaskScheduler.Current != TaskScheduler.Default)
            {
                // The caller is a grain. Observers cannot be made in a grain, and its other calls must not wait for this one.
                await WorkerRun.LeaveGrain();
            }

            await pool.RunAsync(_work.Kind, _work.Engine, silo => AskAsync(silo, stop), stop).ConfigureAwait(false);
            _pieces.Writer.TryComplete();
        }
        catch (Exception e)
        {
            _pieces.Writer.TryComplete(e);
        }
    }

    private async Task<WorkReply> AskAsync(WorkerSilo silo, CancellationToken stop)
    {
        if (_any && !_work.MayRepeat)
        {
            throw new EngineException(EngineFault.Failed, "The worker was lost in the middle of its answer.");
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var receiver = new Receiver(this, _attempts++, patience);
        var reference = silo.IsHere ? null : pool.Grains.CreateObjectReference<IPieceObserver>(receiver);
        var asked = reference is null
            ? _work.Ask(silo, PieceTarget.Here(receiver), CancellationToken.None)
            : _work.Ask(silo, PieceTarget.There(reference), patience.Token);
        try
        {
            return await asked.WaitAsync(patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new TimeoutException("No piece came in time.");
        }
        finally
        {
            receiver.Close();
            if (reference is not null)
            {
                _ = ForgetAsync(asked, reference, receiver);
            }
        }
    }

    /// <summary>
    /// Keeps the observer until the call has ended: it refuses pieces that are still on their way, while an unknown observer would leave the worker
    /// without an answer.
    /// </summary>
    private async Task ForgetAsync(Task asked, IPieceObserver reference, Receiver receiver)
    {
        await asked.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        pool.Grains.DeleteObjectReference<IPieceObserver>(reference);
        GC.KeepAlive(receiver);
    }

    /// <summary>Takes the pieces of one attempt.</summary>
    private sealed class Receiver : IPieceReceiver, IPieceObserver
    {
        private readonly Lock _lock = new();
        private readonly PooledAnswer<T> _answer;
        private readonly int _attempt;
        private readonly CancellationTokenSource _patience;
        private bool _closed;

        public Receiver(PooledAnswer<T> answer, int attempt, CancellationTokenSource patience)
        {
            (_answer, _attempt, _patience) = (answer, attempt, patience);
            Stop = patience.Token;
            Wait();
        }

        public CancellationToken Stop { get; }

        public bool TryTake(object piece)
        {
            lock (_lock)
            {
                if (_closed)
                {
                    return false;
                }

                Wait();
            }

            _answer._any = true;
            return _answer._pieces.Writer.TryWrite((_attempt, (T)piece));
        }

        public Task OnPiecesAsync(Immutable<object[]> pieces)
        {
            foreach (var piece in pieces.Value)
            {
                if (!TryTake(piece))
                {
                    throw new OperationCanceledException("The answer is no longer wanted.");
                }
            }

            return Task.CompletedTask;
        }

        public void Close()
        {
            lock (_lock)
            {
                _closed = true;
            }
        }

        private void Wait()
        {
            if (_answer._work.Patience != Timeout.InfiniteTimeSpan)
            {
                _patience.CancelAfter(_answer._work.Patience);
            }
        }
    }
}

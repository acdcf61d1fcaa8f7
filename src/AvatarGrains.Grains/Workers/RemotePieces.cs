using System.Runtime.CompilerServices;
using System.Threading.Channels;
using AvatarGrains.Grains.Contracts;
using AvatarGrains.Core.Engines;
using Orleans.Concurrency;

namespace AvatarGrains.Grains.Workers;

/// <summary>An answer that a worker gives in pieces, as an enumeration here.</summary>
internal static class RemotePieces
{
    /// <param name="pool">Finds workers.</param>
    /// <param name="engine">Name of the engine that is wanted.</param>
    /// <param name="call">Asks a worker.</param>
    /// <param name="mayRepeat">Whether another worker may be asked after some pieces came; it then gives all again.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Pieces, each with the number of the attempt it is from.</returns>
    /// <exception cref="EngineException">The engine failed, or no worker could do it.</exception>
    public static async IAsyncEnumerable<(int Attempt, T Piece)> ReadAsync<T>(
        WorkerPool pool,
        string? engine,
        Func<IPieceObserver, CancellationToken, Task<WorkReply>> call,
        bool mayRepeat,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pieces = Channel.CreateUnbounded<(int, T)>(new UnboundedChannelOptions { SingleReader = true });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var working = Task.Run(() => WorkAsync(pool, engine, call, mayRepeat, pieces.Writer, stop.Token), CancellationToken.None);
        try
        {
            await foreach (var piece in pieces.Reader.ReadAllAsync(cancellationToken))
            {
                yield return piece;
            }
        }
        finally
        {
            await stop.CancelAsync();
            await working;
        }
    }

    /// <summary>Every outcome reaches the reader through the channel.</summary>
    private static async Task WorkAsync<T>(
        WorkerPool pool,
        string? engine,
        Func<IPieceObserver, CancellationToken, Task<WorkReply>> call,
        bool mayRepeat,
        ChannelWriter<(int, T)> pieces,
        CancellationToken cancellationToken)
    {
        try
        {
            var attempt = 0;
            var any = false;
            await pool.RunAsync(
                engine,
                async token =>
                {
                    if (any && !mayRepeat)
                    {
                        throw new EngineException(EngineFault.Failed, "The worker was lost in the middle of its answer.");
                    }

                    using var patience = CancellationTokenSource.CreateLinkedTokenSource(token);
                    var receiver = new Receiver<T>(attempt++, pieces, () =>
                    {
                        any = true;
                        patience.CancelAfter(pool.Times.FirstPiece);
                    });
                    patience.CancelAfter(pool.Times.FirstPiece);
                    return await AskAsync(pool, call, receiver, patience.Token, token);
                },
                cancellationToken);
            pieces.TryComplete();
        }
        catch (Exception e)
        {
            pieces.TryComplete(e);
        }
    }

    private static async Task<WorkReply> AskAsync<T>(
        WorkerPool pool, Func<IPieceObserver, CancellationToken, Task<WorkReply>> call, Receiver<T> receiver, CancellationToken patience, CancellationToken asked)
    {
        var reference = pool.Grains.CreateObjectReference<IPieceObserver>(receiver);
        var working = call(reference, patience);
        try
        {
            return await working.WaitAsync(patience);
        }
        catch (OperationCanceledException) when (!asked.IsCancellationRequested)
        {
            throw new TimeoutException("No piece came in time.");
        }
        finally
        {
            receiver.Close();
            _ = ForgetAsync(pool, working, reference, receiver);
        }
    }

    /// <summary>Pieces that are still on their way are refused, not lost: a worker that sends to somebody unknown would wait for an answer that never comes.</summary>
    private static async Task ForgetAsync<T>(WorkerPool pool, Task working, IPieceObserver reference, Receiver<T> receiver)
    {
        await working.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        pool.Grains.DeleteObjectReference<IPieceObserver>(reference);
        GC.KeepAlive(receiver);
    }

    private sealed class Receiver<T>(int attempt, ChannelWriter<(int, T)> pieces, Action came) : IPieceObserver
    {
        private volatile bool _closed;

        public void Close() => _closed = true;

        public Task OnPiecesAsync(Immutable<object[]> some)
        {
            if (_closed)
            {
                throw new OperationCanceledException("The answer is no longer wanted.");
            }

            came();
            foreach (var piece in some.Value)
            {
                pieces.TryWrite((attempt, (T)piece));
            }

            return Task.CompletedTask;
        }
    }
}

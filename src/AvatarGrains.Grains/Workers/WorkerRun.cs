using System.Threading.Channels;
using AvatarGrains.Grains.Contracts;
using AvatarGrains.Core.Engines;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace AvatarGrains.Grains.Workers;

/// <summary>Runs an engine behind a gate and sends what it gives: the first piece at once, later ones together while one message is under way.</summary>
internal static class WorkerRun
{
    private const int MostPerMessage = 16;

    /// <param name="gate">Admits it.</param>
    /// <param name="slack">How long from now it will not be missed.</param>
    /// <param name="open">Starts the engine.</param>
    /// <param name="write">Puts a piece into its wire form.</param>
    /// <param name="observer">Who asked.</param>
    /// <param name="log">Hears of bugs.</param>
    /// <param name="cancellationToken">Who asked no longer wants it.</param>
    public static async Task<WorkReply> RunAsync<T>(
        WorkerGate gate,
        TimeSpan slack,
        Func<CancellationToken, ValueTask<IAsyncEnumerable<T>>> open,
        Func<T, object> write,
        IPieceObserver observer,
        ILogger log,
        CancellationToken cancellationToken)
    {
        if (!await gate.TryEnterAsync(slack, cancellationToken))
        {
            return new WorkReply((int)WorkEnd.Busy, 0, "", gate.Load);
        }

        try
        {
            // Engines compute; they must not hold up the silo's turn-taking.
            await Task.Run(() => SendAllAsync(open, write, observer, log, cancellationToken), cancellationToken);
            return new WorkReply((int)WorkEnd.Done, 0, "", gate.Load);
        }
        catch (EngineException e)
        {
            return new WorkReply((int)WorkEnd.Fault, (int)e.Fault, e.Message, gate.Load);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && ToFault(e) is { } fault)
        {
            return new WorkReply((int)WorkEnd.Fault, (int)fault, e.Message, gate.Load);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A bug belongs to the session that met it; this silo goes on.
            log.LogError(e, "A worker's engine broke.");
            return new WorkReply((int)WorkEnd.Bug, 0, e.Message, gate.Load);
        }
        finally
        {
            gate.Leave();
        }
    }

    /// <summary>What of the outside world failed, in the words of engines; null for a bug.</summary>
    public static EngineFault? ToFault(Exception error) => error switch
    {
        OperationCanceledException or TimeoutException => EngineFault.Timeout,
        HttpRequestException or IOException => EngineFault.Failed,
        DllNotFoundException => EngineFault.Unavailable,
        _ => null,
    };

    private static async Task SendAllAsync<T>(
        Func<CancellationToken, ValueTask<IAsyncEnumerable<T>>> open, Func<T, object> write, IPieceObserver observer, ILogger log, CancellationToken cancellationToken)
    {
        var pieces = Channel.CreateBounded<object>(new BoundedChannelOptions(256) { SingleReader = true, SingleWriter = true });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sending = SendAsync(pieces.Reader, observer, log, stop, cancellationToken);
        try
        {
            await foreach (var piece in (await open(stop.Token)).WithCancellation(stop.Token))
            {
                await pieces.Writer.WriteAsync(write(piece), stop.Token);
            }
        }
        finally
        {
            pieces.Writer.TryComplete();
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        // An answer is done when it has been taken.
        await sending;
    }

    private static async Task SendAsync(
        ChannelReader<object> pieces, IPieceObserver observer, ILogger log, CancellationTokenSource stop, CancellationToken cancellationToken)
    {
        try
        {
            while (await pieces.WaitToReadAsync(stop.Token))
            {
                List<object> some = [];
                while (some.Count < MostPerMessage && pieces.TryRead(out var piece))
                {
                    some.Add(piece);
                }

                // Who has gone does not answer, and a place here is not held for him until the call times out.
                await observer.OnPiecesAsync(new Immutable<object[]>([.. some])).WaitAsync(stop.Token);
            }
        }
        catch (Exception e)
        {
            // Who asked is gone or does not want more: the engine need not go on.
            log.LogDebug("A worker's pieces are not wanted any more: {Reason}", e.Message);
            await stop.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
            throw new IOException("The answer's pieces could not be handed over.", e);
        }
    }
}

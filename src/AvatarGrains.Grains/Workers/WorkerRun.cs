using System.Runtime.CompilerServices;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Grains.Contracts;
using Microsoft.Extensions.Logging;

namespace AvatarGrains.Grains.Workers;

/// <summary>
/// Runs an engine behind a gate and gives its pieces to the caller. It leaves the grain's scheduler first, because what engines compute, and what the
/// caller does with the pieces, must not hold up the grain's other calls.
/// </summary>
internal static class WorkerRun
{
    /// <param name="gate">Admits it.</param>
    /// <param name="slack">How long from now nobody needs the result.</param>
    /// <param name="open">Starts the engine.</param>
    /// <param name="target">Takes the pieces.</param>
    /// <param name="log">Told of bugs.</param>
    /// <param name="cancellationToken">Cancels the work for a caller on another silo; one in this process cancels by its receiver.</param>
    public static async Task<WorkReply> RunAsync<T>(
        WorkerGate gate,
        TimeSpan slack,
        Func<CancellationToken, IAsyncEnumerable<T>> open,
        PieceTarget target,
        ILogger log,
        CancellationToken cancellationToken)
        where T : class
    {
        var stop = target.Receiver?.Stop ?? cancellationToken;
        if (target is { Receiver: null, Observer: null } || !await gate.TryEnterAsync(slack, stop).ConfigureAwait(false))
        {
            // A call without a target was meant for a worker in the caller's own process and was sent to another: the caller has to ask again.
            return new WorkReply(WorkEnd.Busy, gate.Load);
        }

        try
        {
            return await GuardAsync(gate, () => GiveAsync(open, target, log, stop), log, stop).ConfigureAwait(false);
        }
        finally
        {
            gate.Leave();
        }
    }

    /// <summary>Tells in a reply how work ended; throws only when it was cancelled.</summary>
    public static async Task<WorkReply> GuardAsync(WorkerGate gate, Func<Task> work, ILogger log, CancellationToken cancellationToken)
    {
        try
        {
            await work().ConfigureAwait(false);
            return new WorkReply(WorkEnd.Done, gate.Load);
        }
        catch (Exception e) when (EngineFaults.Read(e, cancellationToken.IsCancellationRequested) is { } failed)
        {
            return new WorkReply(WorkEnd.Fault, gate.Load, failed.Fault, failed.Message, failed.RetryAfter);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A bug belongs to the session that met it; this silo goes on.
            log.LogError(e, "A worker's engine broke.");
            return new WorkReply(WorkEnd.Bug, gate.Load, Detail: e.Message);
        }
    }

    /// <summary>Continues on the thread pool, outside the calling grain's scheduler.</summary>
    public static ConfiguredTaskAwaitable LeaveGrain() => Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);

    /// <summary>Gives all that an engine makes, outside the grain.</summary>
    public static async Task GiveAsync<T>(
        Func<CancellationToken, IAsyncEnumerable<T>> open, PieceTarget target, ILogger log, CancellationToken stop)
        where T : class
    {
        await LeaveGrain();
        var pieces = open(stop);
        if (target.Receiver is not { } receiver)
        {
            await PieceSender.SendAsync(pieces, target.Observer!, log, stop).ConfigureAwait(false);
            return;
        }

        await foreach (var piece in pieces.WithCancellation(stop).ConfigureAwait(false))
        {
            if (!receiver.TryTake(piece))
            {
                throw new OperationCanceledException("The answer is no longer wanted.");
            }
        }
    }
}

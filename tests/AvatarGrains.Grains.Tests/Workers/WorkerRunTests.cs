using AvatarGrains.Grains.Configuration;
using AvatarGrains.Grains.Contracts;
using AvatarGrains.Grains.Workers;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Concurrency;

namespace AvatarGrains.Grains.Tests.Workers;

/// <summary>What a worker silo does with the places of its gate.</summary>
public sealed class WorkerRunTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Work_that_is_not_wanted_any_more_gives_its_place_back_although_nobody_takes_its_pieces()
    {
        var gate = new WorkerGate(new WorkerLimit(1, 0));
        using var asked = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var observer = new SilentObserver();
        var run = WorkerRun.RunAsync<string>(gate, TimeSpan.Zero, _ => new(PiecesAsync()), one => one, observer, NullLogger.Instance, asked.Token);
        await observer.Called.Task.WaitAsync(Token);
        Assert.Equal(1, gate.Load);
        await asked.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Equal(0, gate.Load);
        Assert.True(await gate.TryEnterAsync(TimeSpan.Zero, Token));
    }

    [Fact]
    public async Task Answer_whose_last_piece_was_not_taken_is_not_done()
    {
        var gate = new WorkerGate(new WorkerLimit(1, 0));
        var observer = new SilentObserver { Refuses = true };
        var reply = await WorkerRun.RunAsync<string>(gate, TimeSpan.Zero, _ => new(PiecesAsync()), one => one, observer, NullLogger.Instance, Token);
        Assert.Equal(WorkEnd.Fault, (WorkEnd)reply.End);
    }

    [Fact]
    public async Task Observer_that_refuses_a_piece_stops_the_engine()
    {
        var gate = new WorkerGate(new WorkerLimit(1, 0));
        var observer = new SilentObserver { Refuses = true };
        await WorkerRun.RunAsync<string>(gate, TimeSpan.Zero, token => new(EndlessAsync(token)), one => one, observer, NullLogger.Instance, Token);
        Assert.Equal(0, gate.Load);
    }

    private static async IAsyncEnumerable<string> PiecesAsync()
    {
        yield return "one";
        await Task.Yield();
        yield return "two";
    }

    private static async IAsyncEnumerable<string> EndlessAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            yield return "more";
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private sealed class SilentObserver : IPieceObserver
    {
        public TaskCompletionSource Called { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool Refuses { get; init; }

        public Task OnPiecesAsync(Immutable<object[]> pieces)
        {
            Called.TrySetResult();
            return Refuses ? Task.FromException(new OperationCanceledException("The answer is no longer wanted.")) : new TaskCompletionSource().Task;
        }
    }
}

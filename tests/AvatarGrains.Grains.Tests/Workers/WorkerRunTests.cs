using AvatarGrains.Grains.Configuration;
using AvatarGrains.Grains.Contracts;
using AvatarGrains.Grains.Workers;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Concurrency;

namespace AvatarGrains.Grains.Tests.Workers;

/// <summary>What a worker silo does with the places of its gate.</summary>
public sealed class WorkerRunTests
{
    private readonly WorkerGate _gate = new(new WorkerLimit(1, 0));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Work_that_is_not_wanted_any_more_gives_its_place_back_although_nobody_takes_its_pieces()
    {
        using var asked = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var observer = new SilentObserver();
        var run = RunAsync(PieceTarget.There(observer), _ => PiecesAsync(), asked.Token);
        await observer.Called.Task.WaitAsync(Token);
        Assert.Equal(1, _gate.Load);
        await asked.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Equal(0, _gate.Load);
        Assert.True(await _gate.TryEnterAsync(TimeSpan.Zero, Token));
    }

    [Fact]
    public async Task Answer_whose_last_piece_was_not_taken_is_not_done()
    {
        var reply = await RunAsync(PieceTarget.There(new SilentObserver { Refuses = true }), _ => PiecesAsync(), Token);
        Assert.Equal(WorkEnd.Fault, reply.End);
    }

    [Fact]
    public async Task Observer_that_refuses_a_piece_stops_the_engine()
    {
        await RunAsync(PieceTarget.There(new SilentObserver { Refuses = true }), EndlessAsync, Token);
        Assert.Equal(0, _gate.Load);
    }

    [Fact]
    public async Task Receiver_in_the_process_gets_the_very_objects_in_order()
    {
        var receiver = new Receiver(int.MaxValue);
        string[] made = [new('a', 3), new('b', 3)];
        var reply = await RunAsync(PieceTarget.Here(receiver), _ => made.ToAsyncEnumerable(), Token);
        Assert.Equal(new WorkReply(WorkEnd.Done, 1), reply);
        Assert.Equal(made.Length, receiver.Taken.Count);
        Assert.All(made.Zip(receiver.Taken), pair => Assert.Same(pair.First, pair.Second));
    }

    [Fact]
    public async Task Receiver_that_refuses_a_piece_stops_the_engine()
    {
        var receiver = new Receiver(2);
        await RunAsync(PieceTarget.Here(receiver), EndlessAsync, Token);
        Assert.Equal(2, receiver.Taken.Count);
        Assert.Equal(0, _gate.Load);
    }

    [Fact]
    public async Task Receiver_that_stops_ends_the_work_although_the_call_is_not_cancelled()
    {
        var receiver = new Receiver(int.MaxValue);
        var run = RunAsync(PieceTarget.Here(receiver), EndlessAsync, CancellationToken.None);
        await receiver.StopAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Equal(0, _gate.Load);
    }

    [Fact]
    public async Task Work_without_anybody_to_give_it_to_is_not_begun()
    {
        // An object of a process does not come along when a call leaves it.
        var reply = await WorkerRun.RunAsync<string>(
            _gate, TimeSpan.Zero, _ => throw new InvalidOperationException("It was begun."), PieceTarget.There(null!), NullLogger.Instance, Token);
        Assert.Equal(WorkEnd.Busy, reply.End);
    }

    private Task<WorkReply> RunAsync(
        PieceTarget target, Func<CancellationToken, IAsyncEnumerable<string>> engine, CancellationToken cancellationToken) =>
        WorkerRun.RunAsync(_gate, TimeSpan.Zero, engine, target, NullLogger.Instance, cancellationToken);

    private static async IAsyncEnumerable<string> PiecesAsync()
    {
        yield return "one";
        await Task.Yield();
        yield return "two";
    }

    private static async IAsyncEnumerable<string> EndlessAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            yield return "more";
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private sealed class Receiver(int most) : IPieceReceiver
    {
        private readonly CancellationTokenSource _stop = new();

        public CancellationToken Stop => _stop.Token;

        public List<object> Taken { get; } = [];

        public Task StopAsync() => _stop.CancelAsync();

        public bool TryTake(object piece)
        {
            if (Taken.Count == most)
            {
                return false;
            }

            Taken.Add(piece);
            return true;
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

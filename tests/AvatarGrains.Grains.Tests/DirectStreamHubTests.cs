using AvatarGrains.Grains.Streams;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Concurrency;

namespace AvatarGrains.Grains.Tests;

public sealed class DirectStreamHubTests
{
    private static readonly GrainId Producer = GrainId.Create("session", "one");

    private readonly DirectStreamHub _hub = new(NullLogger<DirectStreamHub>.Instance);
    private readonly Consumer _slow = new() { Answers = new TaskCompletionSource() };
    private readonly Consumer _other = new();

    public DirectStreamHubTests()
    {
        _hub.Add(Producer, Guid.NewGuid(), _slow);
        _hub.Add(Producer, Guid.NewGuid(), _other);
    }

    [Fact]
    public async Task Consumer_that_does_not_answer_holds_up_nobody_and_gets_everything_in_order_when_it_does()
    {
        for (var i = 0; i < 3; i++)
        {
            await _hub.PublishAsync(Producer, i);
            Assert.Equal(i, _other.Items[^1]);
        }

        Assert.Equal([0], _slow.Items);
        await _hub.CloseAsync(Producer);
        Assert.True(_other.Completed.IsCompleted);
        _slow.Answers!.SetResult();
        await _slow.Completed;
        Assert.Equal([0, 1, 2], _slow.Items);
    }

    [Fact]
    public async Task Consumer_that_fails_gets_nothing_more()
    {
        _slow.Answers!.SetException(new TimeoutException());
        await _hub.PublishAsync(Producer, 0);
        await _hub.PublishAsync(Producer, 1);
        await _hub.CloseAsync(Producer);
        Assert.Equal([0], _slow.Items);
        Assert.False(_slow.Completed.IsCompleted);
        Assert.Equal([0, 1], _other.Items);
    }

    private sealed class Consumer : IDirectStreamObserver
    {
        private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Until when it does not answer; null for at once.</summary>
        public TaskCompletionSource? Answers { get; init; }

        public List<int> Items { get; } = [];

        public Task Completed => _completed.Task;

        public Task OnNextAsync(Immutable<object> item)
        {
            Items.Add((int)item.Value);
            return Answers?.Task ?? Task.CompletedTask;
        }

        public Task OnCompletedAsync()
        {
            _completed.SetResult();
            return Task.CompletedTask;
        }
    }
}

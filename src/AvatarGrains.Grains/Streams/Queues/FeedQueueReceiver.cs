using AvatarGrains.Core.Storage;
using Microsoft.Extensions.Logging;
using Orleans.Serialization;
using Orleans.Streams;

namespace AvatarGrains.Grains.Streams.Queues;

/// <summary>Takes what is in one queue. It waits there itself for a while, so that an item leaves when it comes and not when the next poll is due. Used by one agent, in its turns.</summary>
internal sealed class FeedQueueReceiver(ISharedQueues queues, string queue, FeedQueueCache cache, Serializer<QueuedFeed> serializer, ILogger log) : IQueueAdapterReceiver
{
    private static readonly TimeSpan AgainAfter = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(10);

    private readonly CancellationTokenSource _ending = new();
    private bool _away;

    public Task Initialize(TimeSpan timeout) => Task.CompletedTask;

    public async Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount)
    {
        try
        {
            var items = await TakeAsync(maxCount);
            if (items.Count == 0)
            {
                await queues.WaitAsync(queue, _ending.Token);
                items = await TakeAsync(maxCount);
            }

            _away = false;
            return [.. items.Select(Read).OfType<IBatchContainer>()];
        }
        catch (StorageUnavailableException e)
        {
            if (!_away)
            {
                log.LogWarning("Queue {Queue} cannot be read: {Reason}", queue, e.Message);
            }

            _away = true;
            await Task.Delay(AgainAfter, TimeProvider.System, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return [];
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            return [];
        }
    }

    public Task MessagesDeliveredAsync(IList<IBatchContainer> messages) => Task.CompletedTask;

    /// <summary>Another silo takes over: what was taken here is delivered from here, for what is left of its life.</summary>
    public async Task Shutdown(TimeSpan timeout)
    {
        await _ending.CancelAsync();
        for (var started = TimeProvider.System.GetTimestamp(); cache.IsOwing && TimeProvider.System.GetElapsedTime(started) < queues.Life;)
        {
            await Task.Delay(LookAgain, TimeProvider.System);
        }
    }

    private async ValueTask<IReadOnlyList<QueuedItem>> TakeAsync(int most)
    {
        _ending.Token.ThrowIfCancellationRequested();
        var items = await queues.TakeAsync(queue, most, CancellationToken.None);
        if (_ending.IsCancellationRequested)
        {
            // Too late to be delivered from here.
            foreach (var item in items)
            {
                await queues.AddAsync(queue, item.Content, CancellationToken.None);
            }

            return [];
        }

        return items;
    }

    private QueuedFeed? Read(QueuedItem item)
    {
        try
        {
            var feed = serializer.Deserialize(item.Content) ?? throw new InvalidDataException("empty item");
            feed.Number = item.Number;
            return feed;
        }
        catch (Exception e)
        {
            // Serializers fail in their own ways on what a newer version wrote. Its consumer sees the gap.
            log.LogWarning(e, "Queue {Queue}: an item cannot be read.", queue);
            return null;
        }
    }
}

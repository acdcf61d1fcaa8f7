using AvatarGrains.Conformance;
using AvatarGrains.Core.Storage;
using AvatarGrains.Core.Storage.InMemory;

namespace AvatarGrains.Core.Tests.Storage;

public sealed class InMemorySharedQueuesTests : SharedQueuesConformance
{
    private readonly Dictionary<TimeSpan, InMemorySharedQueues> _queues = [];

    protected override ValueTask<ISharedQueues> OpenAsync(TimeSpan life)
    {
        if (!_queues.TryGetValue(life, out var queues))
        {
            _queues[life] = queues = new InMemorySharedQueues(life, TimeProvider.System);
        }

        return new(queues);
    }
}

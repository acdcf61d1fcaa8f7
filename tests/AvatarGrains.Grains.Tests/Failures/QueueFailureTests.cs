using AvatarGrains.Grains.Tests.Harness;
using AvatarGrains.Core.Storage.InMemory;

namespace AvatarGrains.Grains.Tests.Failures;

/// <summary>Lost silos, with feeds that go through queues.</summary>
public sealed class QueueSiloFailureTests : SiloFailureTests
{
    private readonly InMemorySharedQueues _queues = new(TimeSpan.FromSeconds(5), TimeProvider.System);

    private protected override Feeds Feeds => Feeds.Through(_queues);
}

/// <summary>Sessions that move, likewise.</summary>
public sealed class QueueMoveFailureTests : MoveFailureTests
{
    private readonly InMemorySharedQueues _queues = new(TimeSpan.FromSeconds(5), TimeProvider.System);

    private protected override Feeds Feeds => Feeds.Through(_queues);
}

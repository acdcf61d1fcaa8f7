using AvatarGrains.Conformance;
using AvatarGrains.Core.Storage;
using AvatarGrains.Core.Storage.InMemory;

namespace AvatarGrains.Core.Tests.Storage;

public sealed class InMemorySharedRecordsTests : SharedRecordsConformance
{
    private readonly InMemorySharedRecords _store = new();

    protected override ValueTask<ISharedRecords> OpenAsync() => new(_store);
}

using AvatarGrains.Conformance;
using AvatarGrains.Core.Storage;
using AvatarGrains.Core.Storage.InMemory;

namespace AvatarGrains.Core.Tests.Storage;

public sealed class InMemoryLibraryStoreTests : LibraryStoreConformance
{
    private readonly InMemoryLibraryStore _store = new();

    protected override ValueTask<ILibraryStore> OpenAsync() => new(_store);
}

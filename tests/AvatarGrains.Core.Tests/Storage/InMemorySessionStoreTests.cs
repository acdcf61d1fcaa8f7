using AvatarGrains.Conformance;
using AvatarGrains.Core.Storage;
using AvatarGrains.Core.Storage.InMemory;

namespace AvatarGrains.Core.Tests.Storage;

public sealed class InMemorySessionStoreTests : SessionStoreConformance
{
    private readonly InMemorySessionStore _store = new();

    protected override ValueTask<ISessionStore> OpenAsync() => new(_store);
}

using AvatarGrains.Conformance;
using AvatarGrains.Core.Storage;
using AvatarGrains.Core.Storage.InMemory;

namespace AvatarGrains.Core.Tests.Storage;

public sealed class InMemoryTenantStoreTests : TenantStoreConformance
{
    private readonly InMemoryTenantStore _store = new();

    protected override ValueTask<ITenantStore> OpenAsync() => new(_store);
}

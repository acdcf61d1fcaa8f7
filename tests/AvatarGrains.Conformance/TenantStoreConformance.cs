using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Storage;

namespace AvatarGrains.Conformance;

/// <summary>What every tenant store does. Inherit and say how a store is opened.</summary>
public abstract class TenantStoreConformance
{
    private static readonly DateTimeOffset Then = new(2026, 3, 31, 23, 59, 59, 123, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Opens the test's store; opening it again shows what was written.</summary>
    protected abstract ValueTask<ITenantStore> OpenAsync();

    [Fact]
    public async Task Key_reads_back_and_is_revoked_once()
    {
        var store = await OpenAsync();
        await store.AddKeyAsync(Key("pak-1", "a"), Token);
        await store.AddKeyAsync(Key("pak-2", "b"), Token);
        Assert.True(await store.RevokeKeyAsync("pak-1", Then.AddDays(1), Token));
        Assert.False(await store.RevokeKeyAsync("pak-1", Then.AddDays(2), Token));
        Assert.False(await store.RevokeKeyAsync("pak-3", Then, Token));
        var keys = await (await OpenAsync()).ListKeysAsync(Token);
        Assert.Equal(["pak-1", "pak-2"], keys.Select(key => key.Id));
        Assert.Equal([Then.AddDays(1), null], keys.Select(key => key.RevokedAt));
        Assert.Equal(["a", "b"], keys.Select(key => key.Tenant));
        Assert.Equal(ApiKey.Hash("pak-2"), keys[1].Hash.ToArray());
        Assert.Equal(Then, keys[1].CreatedAt);
    }

    [Fact]
    public async Task Second_key_of_one_id_is_refused()
    {
        var store = await OpenAsync();
        await store.AddKeyAsync(Key("pak-1", "a"), Token);
        await Assert.ThrowsAsync<StorageConflictException>(async () => await store.AddKeyAsync(Key("pak-1", "b"), Token));
        Assert.Equal("a", Assert.Single(await store.ListKeysAsync(Token)).Tenant);
    }

    [Fact]
    public async Task Limits_replace_each_other_and_null_is_without_limit()
    {
        var store = await OpenAsync();
        var limits = new TenantLimits(3, TimeSpan.FromMinutes(1.5), null, 60);
        await store.SetLimitsAsync("a", new TenantLimits(1, null, TimeSpan.FromMinutes(7)), Token);
        await store.SetLimitsAsync("a", limits, Token);
        await store.SetLimitsAsync("", TenantLimits.Local, Token);
        var all = await (await OpenAsync()).ListLimitsAsync(Token);
        Assert.Equal(2, all.Count);
        Assert.Equal(limits, all["a"]);
        Assert.Equal(TenantLimits.Local, all[""]);
    }

    [Fact]
    public async Task Version_grows_with_every_change_and_with_nothing_else()
    {
        var store = await OpenAsync();
        List<long> versions = [await store.ReadVersionAsync(Token)];
        await store.AddKeyAsync(Key("pak-1", "a"), Token);
        versions.Add(await store.ReadVersionAsync(Token));
        await store.RevokeKeyAsync("pak-1", Then, Token);
        versions.Add(await store.ReadVersionAsync(Token));
        await store.SetLimitsAsync("a", TenantLimits.Local, Token);
        versions.Add(await store.ReadVersionAsync(Token));
        Assert.Equal(versions.Distinct().Order(), versions);
        await store.RevokeKeyAsync("pak-1", Then, Token);
        await store.ListKeysAsync(Token);
        Assert.Equal(versions[^1], await store.ReadVersionAsync(Token));
    }

    private static ApiKeyRecord Key(string key, string tenant) => new(key, tenant, ApiKey.Hash(key), Then);
}

using AvatarGrains.Core.Storage;

namespace AvatarGrains.Conformance;

/// <summary>What every library store does. Inherit and say how a store is opened.</summary>
public abstract class LibraryStoreConformance
{
    private static readonly LibraryQuota Plenty = new(1000, 1 << 20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Opens the test's store; opening it again shows what was written.</summary>
    protected abstract ValueTask<ILibraryStore> OpenAsync();

    [Fact]
    public async Task Added_item_reads_back_whole()
    {
        var store = await OpenAsync();
        var item = Item("pld-1") with
        {
            Kind = LibraryKind.Document,
            Name = "'; DROP TABLE library; -- \u0001 ☃",
            Detail = "{\"a\":null}",
            ContentBytes = 3,
        };
        Assert.True(await store.AddAsync(item, new byte[] { 0, 255, 7 }, Plenty, Token));
        store = await OpenAsync();
        Assert.Equal(item, await store.FindAsync(LibraryKind.Document, "pld-1", Token));
        Assert.Equal([0, 255, 7], (await store.ReadContentAsync(LibraryKind.Document, "pld-1", Token))!.Value.ToArray());
        Assert.Equal([item], await store.ListAsync(LibraryKind.Document, "t", Token));
    }

    [Fact]
    public async Task Item_is_found_by_its_own_kind_alone()
    {
        var store = await OpenAsync();
        await store.AddAsync(Item("x"), default, Plenty, Token);
        Assert.Null(await store.FindAsync(LibraryKind.Document, "x", Token));
        Assert.Null(await store.ReadContentAsync(LibraryKind.Document, "x", Token));
        Assert.False(await store.RemoveAsync(LibraryKind.Document, "t", "x", Token));
        Assert.NotNull(await store.FindAsync(LibraryKind.Prompt, "x", Token));
        Assert.Equal(0, (await store.ReadContentAsync(LibraryKind.Prompt, "x", Token))!.Value.Length);
    }

    [Fact]
    public async Task Tenant_lists_and_removes_its_own_items_alone()
    {
        var store = await OpenAsync();
        await store.AddAsync(Item("a"), default, Plenty, Token);
        await store.AddAsync(Item("b") with { Tenant = "other" }, default, Plenty, Token);
        await store.AddAsync(Item("c"), default, Plenty, Token);
        Assert.Equal(["a", "c"], (await store.ListAsync(LibraryKind.Prompt, "t", Token)).Select(one => one.Id));
        Assert.False(await store.RemoveAsync(LibraryKind.Prompt, "t", "b", Token));
        Assert.True(await store.RemoveAsync(LibraryKind.Prompt, "t", "a", Token));
        Assert.False(await store.RemoveAsync(LibraryKind.Prompt, "t", "a", Token));
        Assert.Equal(["c"], (await store.ListAsync(LibraryKind.Prompt, "t", Token)).Select(one => one.Id));
        Assert.Single(await store.ListAsync(LibraryKind.Prompt, "other", Token));
    }

    [Fact]
    public async Task Quota_counts_items_and_bytes_of_one_tenant_and_kind()
    {
        var store = await OpenAsync();
        var quota = new LibraryQuota(2, 10);
        Assert.True(await store.AddAsync(Item("a"), new byte[6], quota, Token));
        Assert.False(await store.AddAsync(Item("b"), new byte[5], quota, Token));
        Assert.True(await store.AddAsync(Item("c"), new byte[4], quota, Token));
        Assert.False(await store.AddAsync(Item("d"), default, quota, Token));
        Assert.True(await store.AddAsync(Item("e") with { Tenant = "other" }, new byte[10], quota, Token));
        Assert.True(await store.AddAsync(Item("f") with { Kind = LibraryKind.Document }, new byte[10], quota, Token));
        await store.RemoveAsync(LibraryKind.Prompt, "t", "a", Token);
        Assert.True(await store.AddAsync(Item("g"), new byte[6], quota, Token));
    }

    [Fact]
    public async Task Many_at_once_do_not_pass_the_quota()
    {
        var store = await OpenAsync();
        var added = await Task.WhenAll(Enumerable.Range(0, 50).Select(async i =>
        {
            await Task.Yield();
            return await store.AddAsync(Item($"i{i}"), default, new LibraryQuota(20, 100), Token);
        }));
        Assert.Equal(20, added.Count(one => one));
        Assert.Equal(20, (await store.ListAsync(LibraryKind.Prompt, "t", Token)).Count);
    }

    private static LibraryItem Item(string id) =>
        new(id, LibraryKind.Prompt, "t", "Name", "{}", new DateTimeOffset(2026, 3, 31, 23, 59, 59, 123, TimeSpan.Zero), 0);
}

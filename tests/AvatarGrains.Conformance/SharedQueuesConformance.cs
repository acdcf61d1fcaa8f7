using System.Globalization;
using System.Text;
using AvatarGrains.Core.Storage;

namespace AvatarGrains.Conformance;

/// <summary>What every store of shared queues does. Inherit and say how a store is opened.</summary>
public abstract class SharedQueuesConformance
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Opens the test's store once more, as another process does.</summary>
    protected abstract ValueTask<ISharedQueues> OpenAsync(TimeSpan life);

    [Fact]
    public async Task Items_come_out_once_in_the_order_in_which_they_went_in()
    {
        var (one, other) = (await OpenAsync(Long), await OpenAsync(Long));
        for (var i = 0; i < 5; i++)
        {
            await one.AddAsync("q", Bytes($"item {i}\0"), Token);
        }

        var first = await other.TakeAsync("q", 3, Token);
        var rest = await one.TakeAsync("q", 100, Token);
        Assert.Equal(["item 0\0", "item 1\0", "item 2\0"], first.Select(Text));
        Assert.Equal(["item 3\0", "item 4\0"], rest.Select(Text));
        Assert.Equal(first.Concat(rest).Select(i => i.Number).Order().Distinct(), first.Concat(rest).Select(i => i.Number));
        Assert.Empty(await one.TakeAsync("q", 100, Token));
    }

    [Fact]
    public async Task Queues_know_nothing_of_each_other()
    {
        var store = await OpenAsync(Long);
        await store.AddAsync("a/1", Bytes("for one"), Token);
        await store.AddAsync("a/10", Bytes("for ten"), Token);
        Assert.Empty(await store.TakeAsync("a", 10, Token));
        Assert.Equal("for ten", Text(Assert.Single(await store.TakeAsync("a/10", 10, Token))));
        Assert.Equal("for one", Text(Assert.Single(await store.TakeAsync("a/1", 10, Token))));
    }

    [Fact]
    public async Task Several_takers_get_everything_and_nothing_twice()
    {
        const int items = 300;
        var stores = new[] { await OpenAsync(Long), await OpenAsync(Long), await OpenAsync(Long) };
        var adding = Enumerable.Range(0, items).Select(i => stores[i % 3].AddAsync("q", Bytes(i.ToString(CultureInfo.InvariantCulture)), Token).AsTask()).ToList();
        var taken = await Task.WhenAll(stores.Select(async store =>
        {
            List<string> mine = [];
            for (var added = false; ;)
            {
                var got = await store.TakeAsync("q", 7, Token);
                mine.AddRange(got.Select(Text));
                if (got.Count == 0)
                {
                    if (added)
                    {
                        return mine;
                    }

                    await Task.WhenAll(adding);
                    added = true;
                }
            }
        }));
        Assert.Equal(Enumerable.Range(0, items).Select(i => i.ToString(CultureInfo.InvariantCulture)).Order(), taken.SelectMany(t => t).Order());
    }

    [Fact]
    public async Task What_is_older_than_its_life_is_never_given_out()
    {
        var store = await OpenAsync(TimeSpan.Zero);
        for (var i = 0; i < 20; i++)
        {
            await store.AddAsync("q", Bytes("stale"), Token);
        }

        Assert.Empty(await store.TakeAsync("q", 3, Token));
        Assert.Empty(await (await OpenAsync(Long)).TakeAsync("q", 100, Token));
    }

    [Fact]
    public async Task Who_waits_is_woken_by_what_another_process_adds()
    {
        var (one, other) = (await OpenAsync(Long), await OpenAsync(Long));
        var taking = TakeOneAsync(other);
        await one.AddAsync("q", Bytes("at last"), Token);
        Assert.Equal("at last", Text(await taking.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System, Token)));
    }

    [Fact]
    public async Task Large_item_comes_out_whole()
    {
        var store = await OpenAsync(Long);
        var large = new byte[40_000];
        new Random(5).NextBytes(large);
        await store.AddAsync("q", large, Token);
        Assert.Equal(large, Assert.Single(await store.TakeAsync("q", 1, Token)).Content.ToArray());
    }

    private static async Task<QueuedItem> TakeOneAsync(ISharedQueues store)
    {
        while (true)
        {
            if (await store.TakeAsync("q", 1, Token) is [var item])
            {
                return item;
            }

            await store.WaitAsync("q", Token);
        }
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(QueuedItem item) => Encoding.UTF8.GetString(item.Content.Span);
}

using System.Text;
using AvatarGrains.Core.Storage;

namespace AvatarGrains.Conformance;

/// <summary>What every store of shared records does. Inherit and say how a store is opened.</summary>
public abstract class SharedRecordsConformance
{
    private const string Space = "space";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Opens the test's store; opening it again shows what was written.</summary>
    protected abstract ValueTask<ISharedRecords> OpenAsync();

    [Fact]
    public async Task Written_record_reads_back_with_the_mark_that_was_told()
    {
        var store = await OpenAsync();
        var change = Write("a/b:1@-2", SharedChange.Absent, "\0content");
        Assert.True(await store.ApplyAsync(Space, [change], Token));
        store = await OpenAsync();
        var read = await store.FindAsync(Space, "a/b:1@-2", Token);
        Assert.Equal((change.Key, change.Mark, "\0content"), (read!.Key, read.Mark, Text(read)));
        Assert.Null(await store.FindAsync("other", "a/b:1@-2", Token));
        Assert.Null(await store.FindAsync(Space, "a/b", Token));
    }

    [Fact]
    public async Task Write_needs_the_mark_of_what_it_replaces()
    {
        var store = await OpenAsync();
        var first = Write("k", SharedChange.Absent, "1");
        Assert.False(await store.ApplyAsync(Space, [Write("k", 5, "0")], Token));
        Assert.True(await store.ApplyAsync(Space, [first], Token));
        Assert.False(await store.ApplyAsync(Space, [Write("k", SharedChange.Absent, "2")], Token));
        Assert.False(await store.ApplyAsync(Space, [Write("k", first.Mark + 2, "2")], Token));
        var second = Write("k", first.Mark, "2");
        Assert.True(await store.ApplyAsync(Space, [second], Token));
        Assert.False(await store.ApplyAsync(Space, [Write("k", first.Mark, "3")], Token));
        Assert.False(await store.ApplyAsync(Space, [SharedChange.Remove("k", first.Mark)], Token));
        Assert.Equal("2", Text((await store.FindAsync(Space, "k", Token))!));
        Assert.True(await store.ApplyAsync(Space, [SharedChange.Remove("k", second.Mark)], Token));
        Assert.Null(await store.FindAsync(Space, "k", Token));
        Assert.False(await store.ApplyAsync(Space, [SharedChange.Remove("k", second.Mark)], Token));
    }

    [Fact]
    public async Task Record_that_was_removed_and_made_again_is_another_one()
    {
        var store = await OpenAsync();
        var first = Write("k", SharedChange.Absent, "1");
        await store.ApplyAsync(Space, [first], Token);
        await store.ApplyAsync(Space, [SharedChange.Remove("k", null)], Token);
        await store.ApplyAsync(Space, [Write("k", SharedChange.Absent, "1")], Token);
        Assert.False(await store.ApplyAsync(Space, [Write("k", first.Mark, "2")], Token));
    }

    [Fact]
    public async Task Change_without_condition_always_holds()
    {
        var store = await OpenAsync();
        Assert.True(await store.ApplyAsync(Space, [SharedChange.Remove("k", null)], Token));
        Assert.True(await store.ApplyAsync(Space, [Write("k", null, "1")], Token));
        Assert.True(await store.ApplyAsync(Space, [Write("k", null, "2")], Token));
        Assert.Equal("2", Text((await store.FindAsync(Space, "k", Token))!));
    }

    [Theory]
    [InlineData("a", "z")]
    [InlineData("z", "a")]
    public async Task Changes_are_made_together_or_not_at_all(string good, string bad)
    {
        var store = await OpenAsync();
        Assert.False(await store.ApplyAsync(Space, [Write(good, null, "1"), Write("m", SharedChange.Absent, "1"), Write(bad, 7, "1")], Token));
        Assert.Empty(await store.ReadAsync(Space, "", "~", Token));
        Assert.True(await store.ApplyAsync(Space, [Write(good, null, "1"), Write("m", SharedChange.Absent, "1"), Write(bad, SharedChange.Absent, "1")], Token));
        Assert.Equal(3, (await store.ReadAsync(Space, "", "~", Token)).Count);
    }

    [Fact]
    public async Task Range_has_its_start_and_not_its_end_and_is_ordered_by_code()
    {
        var store = await OpenAsync();
        string[] keys = ["b", "B/1", "a", "B/", "c", "B0", "b!"];
        await store.ApplyAsync(Space, [.. keys.Select(k => Write(k, SharedChange.Absent, k))], Token);
        await store.ApplyAsync("other", [Write("b", SharedChange.Absent, "")], Token);
        Assert.Equal(["B/", "B/1", "B0", "a", "b", "b!"], (await store.ReadAsync(Space, "B/", "c", Token)).Select(r => r.Key));
        Assert.Equal(["B/", "B/1"], (await store.ReadAsync(Space, "B/", "B0", Token)).Select(r => r.Key));
    }

    [Fact]
    public async Task Of_many_writers_of_one_mark_one_wins()
    {
        var store = await OpenAsync();
        var first = Write("k", SharedChange.Absent, "0");
        await store.ApplyAsync(Space, [first, Write("other", SharedChange.Absent, "0")], Token);
        var wins = await Task.WhenAll(Enumerable.Range(1, 12).Select(async i =>
        {
            await Task.Yield();
            SharedChange[] changes = [Write("k", first.Mark, $"{i}"), Write("other", null, $"{i}")];
            return await store.ApplyAsync(Space, i % 2 == 0 ? changes : [.. changes.Reverse()], Token) ? i : 0;
        }));
        var winner = Assert.Single(wins, i => i > 0);
        Assert.All(await store.ReadAsync(Space, "", "~", Token), r => Assert.Equal($"{winner}", Text(r)));
    }

    private static SharedChange Write(string key, long? expected, string content) => SharedChange.Write(key, expected, Encoding.UTF8.GetBytes(content));

    private static string Text(SharedRecord record) => Encoding.UTF8.GetString(record.Content.Span);
}

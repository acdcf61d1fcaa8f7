using AvatarGrains.Conformance;
using AvatarGrains.Core.Storage;
using AvatarGrains.Storage.Postgres;

namespace AvatarGrains.Storage.Tests.Postgres;

public sealed class PostgresSharedQueuesTests(PostgresFixture fixture) : SharedQueuesConformance, IAsyncDisposable
{
    private readonly PostgresStores _stores = new(fixture);
    private readonly List<PostgresSharedQueues> _queues = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var queues in _queues)
        {
            await queues.DisposeAsync();
        }

        await _stores.DisposeAsync();
    }

    [Fact]
    public async Task What_nobody_takes_is_swept_away_with_later_additions()
    {
        var token = TestContext.Current.CancellationToken;
        await (await OpenAsync(TimeSpan.FromMinutes(10))).AddAsync("left", new byte[] { 1 }, token);
        await (await OpenAsync(TimeSpan.Zero)).AddAsync("other", new byte[] { 1 }, token);
        var late = await OpenAsync(TimeSpan.FromMinutes(10));
        await (await OpenAsync(TimeSpan.Zero)).AddAsync("other", new byte[] { 1 }, token);
        Assert.Empty(await late.TakeAsync("left", 10, token));
    }

    protected override async ValueTask<ISharedQueues> OpenAsync(TimeSpan life)
    {
        var queues = new PostgresSharedQueues(await _stores.OpenAsync(), life);
        _queues.Add(queues);
        return queues;
    }
}

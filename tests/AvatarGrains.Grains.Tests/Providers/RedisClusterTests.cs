using AvatarGrains.Grains.Configuration;
using AvatarGrains.Grains.Providers;
using AvatarGrains.Grains.Tests.Harness;
using AvatarGrains.Conformance;
using AvatarGrains.Conformance.Servers;
using AvatarGrains.Core.Storage;
using AvatarGrains.Core.Storage.InMemory;

namespace AvatarGrains.Grains.Tests.Providers;

/// <summary>Membership, reminders and foreign ids in a real Redis; the rest is the storage's.</summary>
public class RedisClusterTests : ProviderClusterTests
{
    private RedisServerProcess? _server;

    private protected virtual FeedTransport Streams => FeedTransport.Direct;

    /// <summary>Skips the test, saying why, where there is no Redis or no provider for it.</summary>
    internal static async Task<RedisServerProcess> StartServerAsync()
    {
        var missing = ClusterOptions.ProviderProblem("redis") ?? RedisServerProcess.Absent;
        Assert.SkipUnless(missing is null, missing ?? "");
        return await RedisServerProcess.StartAsync();
    }

    private protected override async Task<Shared> OpenAsync()
    {
        _server = await StartServerAsync();
        var options = new ClusterOptions { Clustering = "redis", ConnectionString = _server.ConnectionString, Streams = Streams };
        return new Shared(options, new InMemorySharedRecords(), new InMemorySharedQueues(TimeSpan.FromSeconds(5), TimeProvider.System));
    }

    private protected override ValueTask CloseAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;
}

/// <summary>With sessions' outputs through its queues.</summary>
public sealed class RedisQueueClusterTests : RedisClusterTests
{
    private protected override FeedTransport Streams => FeedTransport.Queue;
}

public sealed class RedisSharedQueuesTests : SharedQueuesConformance, IAsyncDisposable
{
    private readonly List<ISharedQueues> _queues = [];
    private RedisServerProcess? _server;

    public async ValueTask DisposeAsync()
    {
        foreach (var queues in _queues.OfType<IAsyncDisposable>())
        {
            await queues.DisposeAsync();
        }

        await (_server?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    protected override async ValueTask<ISharedQueues> OpenAsync(TimeSpan life)
    {
        _server ??= await RedisClusterTests.StartServerAsync();
        var queues = ClusterProviders.Queues(new ClusterOptions { Clustering = "redis", ConnectionString = _server.ConnectionString }, life)!;
        _queues.Add(queues);
        return queues;
    }
}

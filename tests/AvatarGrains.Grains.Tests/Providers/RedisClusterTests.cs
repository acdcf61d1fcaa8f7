using AvatarGrains.Grains.Configuration;
using AvatarGrains.Conformance.Servers;

namespace AvatarGrains.Grains.Tests.Providers;

/// <summary>Membership, reminders and foreign ids in a real Redis; the rest is the storage's.</summary>
public class RedisClusterTests : ProviderClusterTests
{
    private RedisServerProcess? _server;

    private protected virtual FeedTransport Streams => FeedTransport.Direct;

    /// <summary>Skips the test, saying why, where there is no Redis.</summary>
    internal static Task<RedisServerProcess> StartServerAsync()
    {
        Assert.SkipUnless(RedisServerProcess.Absent is null, RedisServerProcess.Absent ?? "");
        return RedisServerProcess.StartAsync();
    }

    private protected override async Task<ClusterOptions> OpenAsync()
    {
        _server = await StartServerAsync();
        return new ClusterOptions { Provider = ClusterProvider.Redis, ConnectionString = _server.ConnectionString, Streams = Streams };
    }

    private protected override ValueTask CloseAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;
}

/// <summary>With sessions' outputs through Orleans' memory streams, whose subscriptions are in Redis too.</summary>
public sealed class RedisMemoryStreamClusterTests : RedisClusterTests
{
    private protected override FeedTransport Streams => FeedTransport.Memory;
}

using System.Globalization;
using AvatarGrains.Core.Storage;
using StackExchange.Redis;

namespace AvatarGrains.Grains.Providers;

/// <summary>Queues as Redis streams, whose ids are the server's time: so it is the server that says what is too old. Needs Redis 6.2.</summary>
internal sealed class RedisSharedQueues(RedisServer server, TimeSpan life) : ISharedQueues, IAsyncDisposable
{
    private const string Prefix = "avatargrains/queue/";

    /// <summary>Items of one queue, about; the oldest go first.</summary>
    private const int Longest = 20_000;

    /// <summary>Takes atomically: no other taker comes between looking and removing.</summary>
    private const string Take =
        """
        local now = redis.call('TIME')
        local oldest = now[1] * 1000 + math.floor(now[2] / 1000) - ARGV[2] + 1
        redis.call('XTRIM', KEYS[1], 'MINID', string.format('%.0f', oldest))
        local items = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', ARGV[1])
        for _, item in ipairs(items) do redis.call('XDEL', KEYS[1], item[1]) end
        return items
        """;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan UnheardWait = TimeSpan.FromMilliseconds(50);
    private static readonly RedisChannel Added = RedisChannel.Literal("avatargrains/queued");

    private readonly QueueSignals _signals = new();
    private readonly SemaphoreSlim _subscribing = new(1, 1);
    private volatile bool _hears;

    public TimeSpan Life => life;

    public async ValueTask AddAsync(string queue, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => await server.DoAsync(async connection =>
    {
        var database = connection.GetDatabase();
        var added = database.StreamAddAsync(Prefix + queue, "c", content, maxLength: Longest, useApproximateMaxLength: true);
        _ = database.KeyExpireAsync(Prefix + queue, TimeSpan.FromMinutes(1), flags: CommandFlags.FireAndForget);
        _ = database.PublishAsync(Added, queue, CommandFlags.FireAndForget);
        return await added;
    });

    public async ValueTask<IReadOnlyList<QueuedItem>> TakeAsync(string queue, int most, CancellationToken cancellationToken) => await server.DoAsync(async connection =>
    {
        var taken = (RedisResult[]?)await connection.GetDatabase().ScriptEvaluateAsync(Take, [Prefix + queue], [most, (long)life.TotalMilliseconds]);
        return (IReadOnlyList<QueuedItem>)[.. (taken ?? []).Select(Read)];
    });

    public async ValueTask WaitAsync(string queue, CancellationToken cancellationToken)
    {
        if (!_hears)
        {
            await ListenAsync(cancellationToken);
        }

        await _signals.WaitAsync(queue, _hears ? LongestWait : UnheardWait, cancellationToken);
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    /// <summary>Hears of additions from now on; the subscription outlives a lost connection, and what is missed meanwhile is found by asking.</summary>
    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        await _subscribing.WaitAsync(cancellationToken);
        try
        {
            if (!_hears)
            {
                await server.DoAsync(async connection =>
                {
                    await connection.GetSubscriber().SubscribeAsync(Added, (_, heard) => _signals.Set(heard.ToString()));
                    return true;
                });
                _hears = true;
            }
        }
        finally
        {
            _subscribing.Release();
        }
    }

    private static QueuedItem Read(RedisResult item)
    {
        var parts = (RedisResult[])item!;
        var id = ((string)parts[0]!).Split('-');
        var number = (long.Parse(id[0], CultureInfo.InvariantCulture) << 20) + long.Parse(id[1], CultureInfo.InvariantCulture);
        return new QueuedItem(number, (byte[])((RedisResult[])parts[1]!)[1]!);
    }
}

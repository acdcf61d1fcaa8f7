using AvatarGrains.Core.Storage;
using Npgsql;

namespace AvatarGrains.Storage.Postgres;

/// <summary>Hears, on one connection of its own, what is added to the queues of a schema. While it has no connection, who waits asks the table now and then. Starts with the first wait.</summary>
internal sealed class PostgresQueueWatch(PostgresDatabase database) : IAsyncDisposable
{
    public const string Channel = "avatargrains_queue";

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan UnheardWait = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(1);

    private readonly QueueSignals _signals = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly Lock _lock = new();
    private Task? _listening;
    private volatile bool _hears;

    public ValueTask WaitAsync(string queue, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _listening ??= Task.Run(ListenAsync, CancellationToken.None);
        }

        return _signals.WaitAsync(queue, _hears ? LongestWait : UnheardWait, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await (_listening ?? Task.CompletedTask);
        _ending.Dispose();
    }

    private async Task ListenAsync()
    {
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                await database.OnceAsync(HearAsync, _ending.Token);
            }
            catch (Exception e) when (e is StorageUnavailableException or NpgsqlException or OperationCanceledException)
            {
                // Who waits finds out by asking the table, and says so when that fails too.
                _hears = false;
            }

            await Task.Delay(AgainAfter, TimeProvider.System, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async ValueTask<bool> HearAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        var prefix = database.Schema + "/";
        connection.Notification += (_, heard) =>
        {
            if (heard.Payload.StartsWith(prefix, StringComparison.Ordinal))
            {
                _signals.Set(heard.Payload[prefix.Length..]);
            }
        };
        await using (var listen = new NpgsqlCommand("LISTEN " + Channel, connection))
        {
            await listen.ExecuteNonQueryAsync(cancellationToken);
        }

        _hears = true;
        _signals.SetAll();
        while (true)
        {
            await connection.WaitAsync(cancellationToken);
        }
    }
}

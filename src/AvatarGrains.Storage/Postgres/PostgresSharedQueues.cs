using System.Diagnostics;
using System.Threading.Channels;
using AvatarGrains.Core.Storage;
using Npgsql;
using NpgsqlTypes;

namespace AvatarGrains.Storage.Postgres;

/// <summary>
/// Queues in an unlogged table: an addition costs the server no disk flush. What several callers add at the same time is one statement, which also notifies the processes that wait
/// (<see cref="PostgresQueueWatch"/>). Items are taken by deleting them; rows that another taker holds are passed over.
/// </summary>
public sealed class PostgresSharedQueues : ISharedQueues, IAsyncDisposable
{
    private const int MostPerStatement = 256;

    private const string Add =
        """
        WITH added AS (
            INSERT INTO queue_items (queue, content)
            SELECT n.queue, n.content FROM unnest($1, $2) WITH ORDINALITY AS n (queue, content, place) ORDER BY n.place
            RETURNING queue)
        SELECT pg_notify($3, current_schema() || '/' || queue) FROM (SELECT DISTINCT queue FROM added) AS queues
        """;

    private const string Take =
        """
        DELETE FROM queue_items WHERE queue = $1 AND id IN (
            SELECT id FROM queue_items WHERE queue = $1 ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED)
        RETURNING id, at > clock_timestamp() - $3, content
        """;

    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(5);

    private readonly PostgresDatabase _database;
    private readonly PostgresQueueWatch _watch;
    private readonly Channel<Addition> _additions = Channel.CreateBounded<Addition>(new BoundedChannelOptions(4096) { SingleReader = true });
    private readonly Task _writing;
    private long _swept;

    /// <param name="database">Where.</param>
    /// <param name="life">How long an item may wait.</param>
    public PostgresSharedQueues(PostgresDatabase database, TimeSpan life)
    {
        Life = life;
        _database = database;
        _watch = new PostgresQueueWatch(database);
        _writing = Task.Run(WriteAllAsync);
    }

    public TimeSpan Life { get; }

    public async ValueTask AddAsync(string queue, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var addition = new Addition(queue, content.ToArray());
        await _additions.Writer.WriteAsync(addition, cancellationToken);
        await addition.Done.Task.WaitAsync(cancellationToken);
    }

    public async ValueTask<IReadOnlyList<QueuedItem>> TakeAsync(string queue, int most, CancellationToken cancellationToken)
    {
        while (true)
        {
            var taken = await _database.OnceAsync((source, token) => TakeAsync(source, queue, most, token), cancellationToken);
            var fresh = taken.Where(t => t.Fresh).Select(t => t.Item).OrderBy(i => i.Number).ToList();
            if (fresh.Count > 0 || taken.Count < most)
            {
                return fresh;
            }
        }
    }

    public ValueTask WaitAsync(string queue, CancellationToken cancellationToken) => _watch.WaitAsync(queue, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _additions.Writer.TryComplete();
        await _writing;
        await _watch.DisposeAsync();
    }

    private async ValueTask<IReadOnlyList<(QueuedItem Item, bool Fresh)>> TakeAsync(NpgsqlDataSource source, string queue, int most, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(Take);
        command.Text(queue).Bind(NpgsqlDbType.Integer, most).Bind(NpgsqlDbType.Interval, Life);
        return await command.ListAsync(static r => (new QueuedItem(r.GetInt64(0), (byte[])r.GetValue(2)), r.GetBoolean(1)), cancellationToken);
    }

    private async Task WriteAllAsync()
    {
        List<Addition> batch = [];
        while (await _additions.Reader.WaitToReadAsync())
        {
            while (batch.Count < MostPerStatement && _additions.Reader.TryRead(out var next))
            {
                batch.Add(next);
            }

            await WriteAsync(batch);
            batch.Clear();
        }
    }

    /// <summary>Never throws: a failure is the answer of the additions that it concerns.</summary>
    private async Task WriteAsync(List<Addition> batch)
    {
        try
        {
            await _database.OnceAsync(
                async (source, token) =>
                {
                    await using var command = source.CreateCommand(Add);
                    command.Column(NpgsqlDbType.Text, batch, a => PostgresText.Write(a.Queue)).Column(NpgsqlDbType.Bytea, batch, a => a.Content).Text(PostgresQueueWatch.Channel);
                    return await command.ExecuteNonQueryAsync(token);
                },
                CancellationToken.None);
            batch.ForEach(a => a.Done.SetResult());
            await SweepAsync();
        }
        catch (Exception e)
        {
            // The database fails in its own ways; whoever added must know.
            batch.ForEach(a => a.Done.TrySetException(e));
        }
    }

    /// <summary>Throws away what nobody took, of all queues: those whose takers are gone are bounded too.</summary>
    private async ValueTask SweepAsync()
    {
        if (_swept != 0 && Stopwatch.GetElapsedTime(_swept) < SweepEvery)
        {
            return;
        }

        _swept = Stopwatch.GetTimestamp();
        await _database.OnceAsync(
            async (source, token) =>
            {
                await using var command = source.CreateCommand("DELETE FROM queue_items WHERE at <= clock_timestamp() - $1");
                return await command.Bind(NpgsqlDbType.Interval, Life).ExecuteNonQueryAsync(token);
            },
            CancellationToken.None);
    }

    private sealed record Addition(string Queue, byte[] Content)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

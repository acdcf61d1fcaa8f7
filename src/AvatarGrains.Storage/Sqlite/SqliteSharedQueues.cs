using AvatarGrains.Core.Storage;

namespace AvatarGrains.Storage.Sqlite;

/// <summary>Queues in a SQLite file, for the processes of one machine, which look every 20 ms whether others have added something; for development.</summary>
public sealed class SqliteSharedQueues(SqliteDatabase database, TimeSpan life, TimeProvider time) : ISharedQueues
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(20);

    private readonly QueueSignals _signals = new();

    public TimeSpan Life => life;

    public async ValueTask AddAsync(string queue, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        await database.WriteAsync(
            commands =>
            {
                commands.Run("DELETE FROM queue_items WHERE at <= $0", Expired());
                return commands.Run("INSERT INTO queue_items (queue, at, content) VALUES ($0, $1, $2)", queue, time.GetUtcNow().UtcTicks, content.ToArray());
            },
            cancellationToken);
        _signals.Set(queue);
    }

    public async ValueTask<IReadOnlyList<QueuedItem>> TakeAsync(string queue, int most, CancellationToken cancellationToken)
    {
        // Looking costs the file no lock that a writer waits for.
        var any = await database.ReadAsync(
            commands => SqliteRows.List(commands.Bind("SELECT 1 FROM queue_items WHERE queue = $0 LIMIT 1", queue), static r => r.GetInt32(0)).Count > 0, cancellationToken);
        return any ? await database.WriteAsync(commands => Take(commands, queue, most), cancellationToken) : [];
    }

    public ValueTask WaitAsync(string queue, CancellationToken cancellationToken) => _signals.WaitAsync(queue, LongestWait, cancellationToken);

    private IReadOnlyList<QueuedItem> Take(SqliteCommands commands, string queue, int most)
    {
        commands.Run("DELETE FROM queue_items WHERE queue = $0 AND at <= $1", queue, Expired());
        var taken = SqliteRows.List(
            commands.Bind("SELECT id, content FROM queue_items WHERE queue = $0 ORDER BY id LIMIT $1", queue, most),
            static r => new QueuedItem(r.GetInt64(0), (byte[])r.GetValue(1)));
        if (taken.Count > 0)
        {
            commands.Run("DELETE FROM queue_items WHERE queue = $0 AND id <= $1", queue, taken[^1].Number);
        }

        return taken;
    }

    private long Expired() => (time.GetUtcNow() - life).UtcTicks;
}

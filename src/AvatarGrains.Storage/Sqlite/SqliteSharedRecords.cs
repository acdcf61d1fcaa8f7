using AvatarGrains.Core.Storage;
using Microsoft.Data.Sqlite;

namespace AvatarGrains.Storage.Sqlite;

/// <summary>Shared records in a SQLite file, for the processes of one machine.</summary>
public sealed class SqliteSharedRecords(SqliteDatabase database) : ISharedRecords
{
    public ValueTask<SharedRecord?> FindAsync(string space, string key, CancellationToken cancellationToken) => database.ReadAsync(
        commands => SqliteRows.List(commands.Bind("SELECT key, mark, content FROM shared_records WHERE space = $0 AND key = $1", space, key), Read).FirstOrDefault(),
        cancellationToken);

    public ValueTask<IReadOnlyList<SharedRecord>> ReadAsync(string space, string from, string to, CancellationToken cancellationToken) => database.ReadAsync(
        commands => SqliteRows.List(
            commands.Bind("SELECT key, mark, content FROM shared_records WHERE space = $0 AND key >= $1 AND key < $2 ORDER BY key", space, from, to), Read),
        cancellationToken);

    public async ValueTask<bool> ApplyAsync(string space, IReadOnlyList<SharedChange> changes, CancellationToken cancellationToken)
    {
        try
        {
            return await database.WriteAsync(commands => Apply(commands, space, changes), cancellationToken);
        }
        catch (ConditionException)
        {
            return false;
        }
    }

    private static bool Apply(SqliteCommands commands, string space, IReadOnlyList<SharedChange> changes)
    {
        foreach (var change in changes)
        {
            if (Apply(commands, space, change) == 0 && change.Expected is not null)
            {
                // Undoes the changes before it.
                throw new ConditionException();
            }
        }

        return true;
    }

    private static int Apply(SqliteCommands commands, string space, SharedChange change) => change switch
    {
        { Content: null } => commands.Run(
            "DELETE FROM shared_records WHERE space = $0 AND key = $1 AND ($2 IS NULL OR mark = $2)", space, change.Key, change.Expected),
        { Expected: SharedChange.Absent } => commands.Run(
            "INSERT INTO shared_records (space, key, mark, content) VALUES ($0, $1, $2, $3) ON CONFLICT DO NOTHING",
            space, change.Key, change.Mark, change.Content.Value.ToArray()),
        { Expected: { } expected } => commands.Run(
            "UPDATE shared_records SET mark = $2, content = $3 WHERE space = $0 AND key = $1 AND mark = $4",
            space, change.Key, change.Mark, change.Content.Value.ToArray(), expected),
        _ => commands.Run(
            "INSERT INTO shared_records (space, key, mark, content) VALUES ($0, $1, $2, $3) ON CONFLICT DO UPDATE SET mark = excluded.mark, content = excluded.content",
            space, change.Key, change.Mark, change.Content.Value.ToArray()),
    };

    private static SharedRecord Read(SqliteDataReader r) => new(r.GetString(0), r.GetInt64(1), (byte[])r.GetValue(2));

    private sealed class ConditionException : Exception;
}

using Microsoft.Data.Sqlite;

namespace AvatarGrains.Storage.Sqlite;

/// <summary>Reads rows.</summary>
internal static class SqliteRows
{
    public static DateTimeOffset Time(long ticks) => new(ticks, TimeSpan.Zero);

    public static IReadOnlyList<T> List<T>(SqliteCommand command, Func<SqliteDataReader, T> read)
    {
        List<T> list = [];
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            list.Add(read(reader));
        }

        return list;
    }
}

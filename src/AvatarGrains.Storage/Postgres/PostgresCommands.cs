using Npgsql;
using NpgsqlTypes;

namespace AvatarGrains.Storage.Postgres;

/// <summary>Parameters in order, and rows.</summary>
internal static class PostgresCommands
{
    public static NpgsqlCommand Text(this NpgsqlCommand command, string? value) => command.Bind(NpgsqlDbType.Text, PostgresText.Write(value));

    public static NpgsqlCommand Bind(this NpgsqlCommand command, NpgsqlDbType type, object? value)
    {
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = type, Value = value ?? DBNull.Value });
        return command;
    }

    /// <summary>One value of every item, as an array.</summary>
    public static NpgsqlCommand Column<TItem, TValue>(
        this NpgsqlCommand command, NpgsqlDbType type, IReadOnlyList<TItem> items, Func<TItem, TValue> value)
    {
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | type, Value = items.Select(value).ToArray() });
        return command;
    }

    public static string Text(this NpgsqlDataReader reader, int column) => PostgresText.Read(reader.GetString(column));

    public static DateTimeOffset Time(this NpgsqlDataReader reader, int column) => new(reader.GetInt64(column), TimeSpan.Zero);

    public static async ValueTask<IReadOnlyList<T>> ListAsync<T>(
        this NpgsqlCommand command, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        List<T> list = [];
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            list.Add(read(reader));
        }

        return list;
    }
}

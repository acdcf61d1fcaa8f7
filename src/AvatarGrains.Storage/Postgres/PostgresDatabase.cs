using System.Net.Sockets;
using AvatarGrains.Core.Storage;
using Npgsql;

namespace AvatarGrains.Storage.Postgres;

/// <summary>
/// The connections of this process to one PostgreSQL, which all its stores share, and what happens when one breaks: what can be done twice
/// is done again on a new connection, at once; when that fails too, or for anything else, the caller learns that the store cannot be
/// reached. Thread-safe.
/// </summary>
public sealed class PostgresDatabase : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source;
    private readonly string _place;

    private PostgresDatabase(NpgsqlDataSource source, string place) => (_source, _place) = (source, place);

    /// <summary>Connects and brings the tables up to date; of servers that start together one does it and the others wait.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="IOException">The tables were made by a newer version, or the user may not make them.</exception>
    /// <exception cref="StorageUnavailableException">The server cannot be reached, or refuses the user.</exception>
    public static async ValueTask<PostgresDatabase> OpenAsync(PostgresOptions options, CancellationToken cancellationToken)
    {
        options.Validate();
        var database = Over(options);
        try
        {
            return await database.OnceAsync(
                async (source, token) =>
                {
                    await PostgresSchema.MigrateAsync(source, options.Schema, token);
                    return database;
                },
                cancellationToken);
        }
        catch (PostgresException refused)
        {
            await database.DisposeAsync();
            throw new IOException($"{database._place} refused to make the tables: {refused.MessageText}.", refused);
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <summary>Looks at the server and changes nothing.</summary>
    /// <returns>Its version, and which tables are there, in words.</returns>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="IOException">The tables were made by a newer version.</exception>
    /// <exception cref="StorageUnavailableException">The server cannot be reached, or refuses the user.</exception>
    public static async ValueTask<string> DescribeAsync(PostgresOptions options, CancellationToken cancellationToken)
    {
        options.Validate();
        await using var database = Over(options);
        return await database.OnceAsync(
            async (source, token) =>
            {
                await using var connection = await source.OpenConnectionAsync(token);
                var tables = await PostgresSchema.DescribeAsync(connection, options.Schema, token);
                return $"{connection.PostgreSqlVersion} at {connection.Host}:{connection.Port}, {tables}";
            },
            cancellationToken);
    }

    /// <summary>Does what may be done twice: a read, or a write that knows itself again.</summary>
    /// <exception cref="StorageUnavailableException">The server cannot be reached.</exception>
    public async ValueTask<T> RepeatableAsync<T>(Func<NpgsqlDataSource, CancellationToken, ValueTask<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await work(_source, cancellationToken);
        }
        catch (NpgsqlException lost) when (IsUnavailable(lost))
        {
            // Its connection is not the only one that went: the others lead to the same server.
            _source.Clear();
            if (lost.InnerException is TimeoutException)
            {
                throw Unavailable(lost);
            }
        }

        return await OnceAsync(work, cancellationToken);
    }

    /// <summary>Does what must not be done twice.</summary>
    /// <exception cref="StorageUnavailableException">The server cannot be reached, or nobody knows whether it was done.</exception>
    public async ValueTask<T> OnceAsync<T>(Func<NpgsqlDataSource, CancellationToken, ValueTask<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await work(_source, cancellationToken);
        }
        catch (NpgsqlException lost) when (IsUnavailable(lost))
        {
            _source.Clear();
            throw Unavailable(lost);
        }
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private static PostgresDatabase Over(PostgresOptions options)
    {
        var settings = options.Connection();
        return new PostgresDatabase(NpgsqlDataSource.Create(settings), $"PostgreSQL at {settings.Host}:{settings.Port}");
    }

    /// <summary>True when it is the connection or the whole server that failed, and not the statement.</summary>
    private static bool IsUnavailable(NpgsqlException error) => error is not PostgresException refused
        || refused.SqlState[..2] is "08" or "28" or "53" or "57"
        || refused.SqlState is PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.ReadOnlySqlTransaction;

    private StorageUnavailableException Unavailable(NpgsqlException error)
    {
        var why = error switch
        {
            PostgresException refused => refused.MessageText,
            { InnerException: SocketException socket } => socket.Message,
            { InnerException: TimeoutException } => "no answer in time",
            _ => error.Message,
        };
        return new StorageUnavailableException($"{_place} cannot be used: {why}", error);
    }
}

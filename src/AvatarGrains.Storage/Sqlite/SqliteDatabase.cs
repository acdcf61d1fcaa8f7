using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace AvatarGrains.Storage.Sqlite;

/// <summary>
/// One SQLite file that all SQLite stores share. Writes of all callers go through one writer that puts everything waiting into one
/// transaction, so that a hundred sessions cost one disk flush; a returned write is on disk. Thread-safe.
/// </summary>
public sealed class SqliteDatabase : IAsyncDisposable
{
    private const int MostPerTransaction = 512;

    private readonly SqliteConnection _writer;
    private readonly SqliteConnection _reader;
    private readonly SqliteCommands _writerCommands;
    private readonly SqliteCommands _readerCommands;
    private readonly SemaphoreSlim _reading = new(1, 1);
    private readonly Channel<SqliteWrite> _writes = Channel.CreateBounded<SqliteWrite>(new BoundedChannelOptions(4096) { SingleReader = true });
    private readonly Task _loop;
    private bool _disposed;

    private SqliteDatabase(SqliteConnection writer, SqliteConnection reader)
    {
        _writer = writer;
        _reader = reader;
        _writerCommands = new SqliteCommands(writer);
        _readerCommands = new SqliteCommands(reader);
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Opens or creates the file and brings its tables up to date.</summary>
    /// <exception cref="DllNotFoundException">SQLite is not installed; the message names the package.</exception>
    /// <exception cref="IOException">The file cannot be opened or written, or was made by a newer version.</exception>
    public static SqliteDatabase Open(string path)
    {
        SqliteLibrary.Load();
        SqliteConnection? writer = null;
        try
        {
            writer = Connect(path, SqliteOpenMode.ReadWriteCreate);
            SqliteSchema.Migrate(writer);
            return new SqliteDatabase(writer, Connect(path, SqliteOpenMode.ReadWrite));
        }
        catch (SqliteException e)
        {
            writer?.Dispose();
            throw new IOException($"The database {path} cannot be opened: {e.Message}", e);
        }
        catch
        {
            writer?.Dispose();
            throw;
        }
    }

    /// <summary>Does something inside the next transaction and returns when that is on disk. What throws undoes only its own changes.</summary>
    internal async ValueTask<T> WriteAsync<T>(Func<SqliteCommands, T> work, CancellationToken cancellationToken)
    {
        var write = new SqliteWrite<T>(work);
        await _writes.Writer.WriteAsync(write, cancellationToken);
        return await write.Result.WaitAsync(cancellationToken);
    }

    /// <summary>Reads what was written before.</summary>
    internal async ValueTask<T> ReadAsync<T>(Func<SqliteCommands, T> work, CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            return work(_readerCommands);
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>Writes everything that waits, then closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _writes.Writer.TryComplete();
        await _loop;
        await _reading.WaitAsync();
        _readerCommands.Dispose();
        _writerCommands.Dispose();
        await _reader.DisposeAsync();
        await _writer.DisposeAsync();
        _reading.Dispose();
    }

    private static SqliteConnection Connect(string path, SqliteOpenMode mode)
    {
        var settings = new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false, DefaultTimeout = 10 };
        var connection = new SqliteConnection(settings.ConnectionString);
        connection.Open();

        // Other processes may write to the file. SQLite looks again after 1 ms, 2 ms and so on; without this the driver does, every 150 ms.
        Execute(connection, "PRAGMA busy_timeout = 10000");
        Execute(connection, "PRAGMA journal_mode = WAL");
        Execute(connection, "PRAGMA synchronous = FULL");
        Execute(connection, "PRAGMA foreign_keys = ON");
        return connection;
    }

    internal static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private async Task RunAsync()
    {
        List<SqliteWrite> batch = [];
        while (await _writes.Reader.WaitToReadAsync())
        {
            while (batch.Count < MostPerTransaction && _writes.Reader.TryRead(out var write))
            {
                batch.Add(write);
            }

            Commit(batch);
            batch.Clear();
        }
    }

    /// <summary>Never throws: every failure is the answer of the writes it concerns.</summary>
    private void Commit(List<SqliteWrite> batch)
    {
        try
        {
            _writerCommands.Run("BEGIN IMMEDIATE");
            foreach (var write in batch)
            {
                Apply(write);
            }

            _writerCommands.Run("COMMIT");
        }
        catch (Exception e)
        {
            // A full disk, a lost file: nobody in the batch may believe to be stored.
            TryRollback();
            batch.ForEach(w => w.Fail(e));
            return;
        }

        batch.ForEach(w => w.Complete());
    }

    private void Apply(SqliteWrite write)
    {
        _writerCommands.Run("SAVEPOINT one");
        try
        {
            write.Run(_writerCommands);
        }
        catch (Exception e)
        {
            // The caller's to handle; the others of the batch go on.
            _writerCommands.Run("ROLLBACK TO one");
            write.Fail(e);
        }

        _writerCommands.Run("RELEASE one");
    }

    private void TryRollback()
    {
        try
        {
            Execute(_writer, "ROLLBACK");
        }
        catch (SqliteException)
        {
            // SQLite has rolled back by itself when it could not go on.
        }
    }
}

using System.Net.Sockets;
using System.Reflection;
using AvatarGrains.Core.Storage;
using AvatarGrains.Grains.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace AvatarGrains.Grains.Providers;

/// <summary>
/// Membership, reminders and grain storage in PostgreSQL, by Orleans' ADO.NET packages. The silo makes the tables and statements that they ask for.
/// </summary>
internal static class PostgresProvider
{
    private const string Invariant = "Npgsql";

    /// <summary>
    /// Most connections of a silo, unless its connection string says so: it writes a few times a minute, and reminders come and go with sessions.
    /// </summary>
    private const int Connections = 5;

    public static void Use(ISiloBuilder silo, ClusterOptions options)
    {
        var tables = new PostgresTables(Open(options), options.Schema);
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(_ => tables);
        silo.UseAdoNetClustering(o => (o.Invariant, o.DataSource) = (Invariant, tables.Source));
        silo.UseAdoNetReminderService(o => (o.Invariant, o.DataSource) = (Invariant, tables.Source));
        foreach (var storage in ClusterProviders.StoragesOf(options))
        {
            silo.AddAdoNetGrainStorage(storage, o => (o.Invariant, o.DataSource, o.DeleteStateOnClear) = (Invariant, tables.Source, true));
        }
    }

    /// <returns>Its version, address and schema, in words.</returns>
    /// <exception cref="StorageUnavailableException">It cannot be reached, or refuses the user.</exception>
    public static async Task<string> DescribeAsync(ClusterOptions options, CancellationToken cancellationToken)
    {
        await using var source = Open(options);
        var settings = new NpgsqlConnectionStringBuilder(source.ConnectionString);
        try
        {
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            return $"PostgreSQL {connection.PostgreSqlVersion} at {connection.Host}:{connection.Port}, schema {options.Schema}";
        }
        catch (NpgsqlException refused)
        {
            var why = refused switch
            {
                PostgresException answer => answer.MessageText,
                { InnerException: SocketException socket } => socket.Message,
                { InnerException: TimeoutException } => "no answer in time",
                _ => refused.Message,
            };
            throw new StorageUnavailableException($"PostgreSQL at {settings.Host}:{settings.Port} cannot be used: {why}", refused);
        }
    }

    private static NpgsqlDataSource Open(ClusterOptions options)
    {
        NpgsqlConnectionStringBuilder settings;
        try
        {
            settings = new NpgsqlConnectionStringBuilder(options.ConnectionString);
        }
        catch (Exception wrong) when (wrong is ArgumentException or FormatException or InvalidCastException)
        {
            // The parser's own words may repeat a part of the string, and so a password.
            throw new StorageUnavailableException("cluster.connectionString is not one that Npgsql can read", wrong);
        }

        settings.SearchPath = options.Schema;
        settings.ApplicationName = "AvatarGrains cluster";

        // The packages write times without saying that they are UTC.
        settings.Timezone = "UTC";
        Unless("Maximum Pool Size", () => settings.MaxPoolSize = Connections);
        Unless("Timeout", () => settings.Timeout = 5);
        Unless("Command Timeout", () => settings.CommandTimeout = 15);
        return NpgsqlDataSource.Create(settings);

        void Unless(string said, Action set)
        {
            if (!settings.ShouldSerialize(said))
            {
                set();
            }
        }
    }

    /// <summary>Makes the tables before anything of the silo reads them, and closes the connections when the container is disposed of.</summary>
    private sealed class PostgresTables(NpgsqlDataSource source, string schema) : ILifecycleParticipant<ISiloLifecycle>, IAsyncDisposable, IDisposable
    {
        /// <summary>Names the advisory lock under which one of several starting silos makes the tables while the others wait.</summary>
        private const long Lock = 0x4176_6174_4f72_6c6e;

        public NpgsqlDataSource Source => source;

        public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(nameof(PostgresTables), ServiceLifecycleStage.First, MakeAsync);

        public ValueTask DisposeAsync() => source.DisposeAsync();

        public void Dispose() => source.Dispose();

        private async Task MakeAsync(CancellationToken cancellationToken)
        {
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await RunAsync(connection, $"SELECT pg_advisory_xact_lock({Lock})", cancellationToken);
            await using (var find = new NpgsqlCommand("SELECT to_regnamespace($1) IS NOT NULL", connection))
            {
                find.Parameters.Add(new NpgsqlParameter<string> { TypedValue = schema });
                if (!(bool)(await find.ExecuteScalarAsync(cancellationToken))!)
                {
                    // Asked for only when it is not there: even IF NOT EXISTS needs the right to make schemas, which a server's own user may lack.
                    await RunAsync(connection, $"CREATE SCHEMA \"{schema}\"", cancellationToken);
                }
            }

            await RunAsync(connection, await ScriptAsync(cancellationToken), cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        private static async Task<string> ScriptAsync(CancellationToken cancellationToken)
        {
            await using var script = Assembly.GetExecutingAssembly().GetManifestResourceStream("AvatarGrains.Grains.Providers.Postgres.sql")!;
            using var reader = new StreamReader(script);
            return await reader.ReadToEndAsync(cancellationToken);
        }
    }
}

using Npgsql;

namespace AvatarGrains.Storage.Postgres;

/// <summary>Where everything is kept in PostgreSQL.</summary>
public sealed record PostgresOptions
{
    /// <summary>
    /// Npgsql connection string. Never logged. What it does not say of them: a connection is given up after 5 s (<c>Timeout</c>), a
    /// statement after 15 s (<c>Command Timeout</c>), and one that sleeps is looked after every 30 s (<c>Keepalive</c>).
    /// </summary>
    public required string ConnectionString { get; init; }

    /// <summary>Schema of the tables: lower-case letters, digits and underscores, at most 63, not starting with a digit.</summary>
    public string Schema { get; init; } = "avatargrains";

    /// <summary>Most connections of this process.</summary>
    public int MaxConnections { get; init; } = 20;

    /// <exception cref="ArgumentException">Names every value that is out of range.</exception>
    public void Validate()
    {
        if (Problems() is { Count: > 0 } errors)
        {
            throw new ArgumentException("PostgreSQL: " + string.Join("; ", errors) + ".");
        }
    }

    /// <summary>Every value that is out of range, each named first.</summary>
    public IReadOnlyList<string> Problems()
    {
        List<string> errors = [];
        if (string.IsNullOrWhiteSpace(ConnectionString))
        {
            errors.Add($"{nameof(ConnectionString)} is empty");
        }
        else if (Problem(ConnectionString) is { } problem)
        {
            errors.Add($"{nameof(ConnectionString)} {problem}");
        }

        if (Schema is not { Length: > 0 and <= 63 } || char.IsAsciiDigit(Schema[0])
            || Schema.Any(c => !(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_')))
        {
            errors.Add($"{nameof(Schema)} is '{Schema}', it must be lower-case letters, digits and underscores");
        }

        if (MaxConnections is < 1 or > 1000)
        {
            errors.Add($"{nameof(MaxConnections)} is {MaxConnections}, it must be from 1 to 1000");
        }

        return errors;
    }

    /// <summary>The connection string with what the stores need.</summary>
    internal NpgsqlConnectionStringBuilder Connection()
    {
        var settings = new NpgsqlConnectionStringBuilder(ConnectionString)
        {
            SearchPath = Schema,
            MaxPoolSize = MaxConnections,
            MaxAutoPrepare = 32,
            AutoPrepareMinUsages = 2,
            ApplicationName = "AvatarGrains",
        };
        Unless("Timeout", s => s.Timeout = 5);
        Unless("Command Timeout", s => s.CommandTimeout = 15);
        Unless("Keepalive", s => s.KeepAlive = 30);
        return settings;

        void Unless(string said, Action<NpgsqlConnectionStringBuilder> set)
        {
            if (!new NpgsqlConnectionStringBuilder(ConnectionString).ShouldSerialize(said))
            {
                set(settings);
            }
        }
    }

    private static string? Problem(string connectionString)
    {
        try
        {
            return string.IsNullOrWhiteSpace(new NpgsqlConnectionStringBuilder(connectionString).Host) ? "names no Host" : null;
        }
        catch (Exception wrong) when (wrong is ArgumentException or FormatException or InvalidCastException)
        {
            // The parser's own words may repeat a part of the string, and so a password.
            return "is not one that Npgsql can read";
        }
    }
}

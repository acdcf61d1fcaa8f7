namespace AvatarGrains.Storage.Postgres;

/// <summary>Where sessions are kept in PostgreSQL.</summary>
public sealed record PostgresOptions
{
    /// <summary>Npgsql connection string. Never logged.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>Schema of the tables: lower-case letters, digits and underscores, at most 63, not starting with a digit.</summary>
    public string Schema { get; init; } = "avatargrains";

    /// <summary>Most connections of this process.</summary>
    public int MaxConnections { get; init; } = 20;

    /// <exception cref="ArgumentException">Names every value that is out of range.</exception>
    public void Validate()
    {
        List<string> errors = [];
        if (string.IsNullOrWhiteSpace(ConnectionString))
        {
            errors.Add($"{nameof(ConnectionString)} is empty");
        }

        if (Schema is not { Length: > 0 and <= 63 } || char.IsAsciiDigit(Schema[0]) || Schema.Any(c => !(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_')))
        {
            errors.Add($"{nameof(Schema)} is '{Schema}', it must be lower-case letters, digits and underscores");
        }

        if (MaxConnections is < 1 or > 1000)
        {
            errors.Add($"{nameof(MaxConnections)} is {MaxConnections}, it must be from 1 to 1000");
        }

        if (errors.Count > 0)
        {
            throw new ArgumentException("PostgreSQL: " + string.Join("; ", errors) + ".");
        }
    }
}

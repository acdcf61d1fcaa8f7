namespace AvatarGrains.Engines.Catalog;

/// <summary>An engine behind an OpenAI-compatible endpoint.</summary>
public record EndpointOptions
{
    /// <summary>Name clients choose it by.</summary>
    public required string Name { get; init; }

    /// <summary>Name for people, or null for <see cref="Name"/>.</summary>
    public string? DisplayName { get; init; }

    /// <summary>Base address with the version, for example <c>http://localhost:11434/v1</c>.</summary>
    public required string BaseUrl { get; init; }

    /// <summary>Key, or null where the endpoint wants none. Never logged.</summary>
    public string? ApiKey { get; init; }

    /// <summary>The endpoint's name of the model.</summary>
    public required string Model { get; init; }

    internal virtual IEnumerable<string> Validate(string where)
    {
        if (string.IsNullOrWhiteSpace(Name))
        {
            yield return $"{where}: an entry has no name";
        }

        if (!Uri.TryCreate(BaseUrl, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            yield return $"{where}.{Name}: baseUrl must be an http or https address, not '{BaseUrl}'";
        }

        if (string.IsNullOrWhiteSpace(Model))
        {
            yield return $"{where}.{Name}: model is missing";
        }
    }

    /// <summary>Leaves the key out.</summary>
    public override string ToString() => $"{Name} ({Model} at {BaseUrl})";
}

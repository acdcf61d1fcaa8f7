namespace AvatarGrains.Server.Configuration;

/// <summary>What only the operator may see.</summary>
public sealed record AdminSettings
{
    /// <summary>Opens <c>/dashboard</c>; at least 16 characters, alike for all silos. Null for no dashboard. Never logged.</summary>
    public string? Key { get; init; }

    internal IEnumerable<string> Problems()
    {
        if (Key is { Length: < 16 })
        {
            yield return "admin.key must have at least 16 characters.";
        }
    }
}

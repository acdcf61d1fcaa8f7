namespace AvatarGrains.Api.Edge;

/// <summary>Whose an offer is: all of its <c>o=</c> line but the version, which is unique to a client's connection (RFC 8866, 5.2).</summary>
internal static class OfferOrigin
{
    /// <summary>True when two offers are of the same connection of a client.</summary>
    public static bool IsSame(string? one, string? other) => Of(one) is { } origin && Of(other) is { } same && origin == same;

    private static (string User, string Id, string Address)? Of(string? sdp)
    {
        foreach (var line in (sdp ?? "").AsSpan().EnumerateLines())
        {
            if (line.StartsWith("o="))
            {
                var fields = line[2..].ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
                return fields.Length == 6 ? (fields[0], fields[1], string.Join(' ', fields[3..])) : null;
            }
        }

        return null;
    }
}

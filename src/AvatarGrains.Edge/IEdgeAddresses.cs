namespace AvatarGrains.Edge;

/// <summary>Where clients find the other edges that can carry their conversations, when this one is lost.</summary>
public interface IEdgeAddresses
{
    /// <summary>
    /// Addresses of the edges beside this one, each an absolute <c>http(s)</c> URL or <c>:PORT</c>, which is that port of the host the
    /// client uses now. Empty where there are none, or where a proxy leads to any of them.
    /// </summary>
    IReadOnlyList<string> Others { get; }

    /// <summary>True when there are other edges, with or without addresses of their own.</summary>
    bool AreThere { get; }
}

/// <summary>A server on its own.</summary>
internal sealed class NoEdgeAddresses : IEdgeAddresses
{
    public IReadOnlyList<string> Others => [];

    public bool AreThere => false;
}

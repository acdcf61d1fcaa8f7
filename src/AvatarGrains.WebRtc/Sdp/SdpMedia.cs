namespace AvatarGrains.WebRtc.Sdp;

/// <summary>One m-line with its attributes.</summary>
internal sealed class SdpMedia
{
    public required string Kind { get; init; }

    public required int Port { get; init; }

    public required string Protocol { get; init; }

    public required string[] Formats { get; init; }

    public List<SdpAttribute> Attributes { get; } = [];

    public string? Mid => Find("mid");

    /// <summary>Port 0 refuses the m-line, unless it only says that the line shares another line's transport.</summary>
    public bool IsRejected => Port == 0 && Find("bundle-only") is null;

    public string? Find(string name) => Find(Attributes, name);

    public IEnumerable<string> All(string name) => Attributes.Where(a => a.Name == name).Select(a => a.Value);

    /// <summary>The direction of this m-line, else of the session, else sendrecv (RFC 8866 6.7).</summary>
    public MediaDirection Direction(SdpDescription description) =>
        DirectionOf(Attributes) ?? DirectionOf(description.Attributes) ?? MediaDirection.Both;

    public static string? Find(List<SdpAttribute> attributes, string name)
    {
        foreach (var attribute in attributes)
        {
            if (attribute.Name == name)
            {
                return attribute.Value;
            }
        }

        return null;
    }

    private static MediaDirection? DirectionOf(List<SdpAttribute> attributes)
    {
        foreach (var attribute in attributes)
        {
            if (MediaDirections.Parse(attribute.Name) is { } direction)
            {
                return direction;
            }
        }

        return null;
    }
}

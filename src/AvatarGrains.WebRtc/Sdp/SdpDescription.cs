namespace AvatarGrains.WebRtc.Sdp;

/// <summary>One <c>a=</c> line; the value is empty for property attributes.</summary>
internal readonly record struct SdpAttribute(string Name, string Value);

/// <summary>The lines of a session description, as far as WebRTC reads them.</summary>
internal sealed class SdpDescription
{
    /// <summary>
    /// User name and session id of the <c>o=</c> line: the same in every description of one connection, whatever its version. Empty when
    /// absent.
    /// </summary>
    public string Origin { get; set; } = "";

    public List<SdpAttribute> Attributes { get; } = [];

    public List<SdpMedia> Media { get; } = [];

    /// <summary>Mids of the first BUNDLE group in its order; empty when there is none.</summary>
    public string[] BundledMids()
    {
        foreach (var attribute in Attributes)
        {
            if (attribute.Name == "group" && attribute.Value.StartsWith("BUNDLE", StringComparison.Ordinal))
            {
                return attribute.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..];
            }
        }

        return [];
    }

    /// <summary>An attribute of the m-line, else of the session.</summary>
    public string? Find(SdpMedia media, string name)
    {
        return media.Find(name) ?? SdpMedia.Find(Attributes, name);
    }
}

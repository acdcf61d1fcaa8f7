using System.Globalization;

namespace AvatarGrains.WebRtc.Sdp;

/// <summary>Reads session descriptions (RFC 8866) of bounded size. Fails only by <see cref="SdpException"/>.</summary>
internal static class SdpParser
{
    public const int MaxLength = 262_144;
    public const int MaxMedia = 32;
    public const int MaxLines = 4000;

    public static SdpDescription Parse(string sdp)
    {
        ArgumentNullException.ThrowIfNull(sdp);
        if (sdp.Length > MaxLength)
        {
            throw new SdpException($"The session description is too long ({sdp.Length} characters, at most {MaxLength}).");
        }

        var description = new SdpDescription();
        var number = 0;
        foreach (var raw in sdp.AsSpan().EnumerateLines())
        {
            var line = raw.Trim();
            if (line.IsEmpty)
            {
                continue;
            }

            if (++number > MaxLines)
            {
                throw new SdpException($"The session description has more than {MaxLines} lines.");
            }

            if (line.Length < 2 || line[1] != '=')
            {
                throw new SdpException($"Line {number} of the session description is not of the form x=value.");
            }

            if (number == 1 && !line.SequenceEqual("v=0"))
            {
                throw new SdpException("The session description does not begin with v=0.");
            }

            Take(description, line[0], line[2..], number);
        }

        if (number == 0)
        {
            throw new SdpException("The session description is empty.");
        }

        if (description.Media.Count == 0)
        {
            throw new SdpException("The session description has no media (m=) line.");
        }

        return description;
    }

    private static void Take(SdpDescription description, char type, ReadOnlySpan<char> value, int number)
    {
        if (type == 'm')
        {
            if (description.Media.Count == MaxMedia)
            {
                throw new SdpException($"The session description has more than {MaxMedia} media lines.");
            }

            description.Media.Add(ParseMedia(value, number));
        }
        else if (type == 'o')
        {
            description.Origin = string.Join(' ', value.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(2));
        }
        else if (type == 'a')
        {
            var colon = value.IndexOf(':');
            var attribute = colon < 0
                ? new SdpAttribute(value.ToString(), "")
                : new SdpAttribute(value[..colon].ToString(), value[(colon + 1)..].Trim().ToString());
            (description.Media.Count > 0 ? description.Media[^1].Attributes : description.Attributes).Add(attribute);
        }
    }

    private static SdpMedia ParseMedia(ReadOnlySpan<char> value, int number)
    {
        var words = value.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 4 || !int.TryParse(words[1].Split('/')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > 65535)
        {
            throw new SdpException($"Line {number} of the session description is not a media line.");
        }

        return new SdpMedia { Kind = words[0], Port = port, Protocol = words[2], Formats = words[3..] };
    }
}

using System.Globalization;

namespace AvatarGrains.WebRtc.Sdp;

/// <summary>A payload format of an m-line.</summary>
internal sealed record SdpCodec(byte PayloadType, string Name, int ClockRate, int Channels, string Parameters, string[] Feedback)
{
    /// <summary>The formats of an m-line in its order of preference, dynamic ones with a usable rtpmap alone.</summary>
    public static List<SdpCodec> Read(SdpMedia media)
    {
        var codecs = new List<SdpCodec>();
        foreach (var format in media.Formats)
        {
            if (byte.TryParse(format, NumberStyles.None, CultureInfo.InvariantCulture, out var type) && type < 128
                && For(media, "rtpmap", format) is { } map)
            {
                var parts = map.Split('/');
                if (parts.Length >= 2 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var clock))
                {
                    var channels = parts.Length > 2 && parts[2] == "2" ? 2 : 1;
                    codecs.Add(new SdpCodec(type, parts[0], clock, channels, For(media, "fmtp", format) ?? "", FeedbackFor(media, format)));
                }
            }
        }

        return codecs;
    }

    public bool Is(string name, int clockRate) => ClockRate == clockRate && Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    public bool HasFeedback(string feedback) => Feedback.Contains(feedback, StringComparer.Ordinal);

    private static string? For(SdpMedia media, string attribute, string format)
    {
        foreach (var value in media.All(attribute))
        {
            var space = value.IndexOf(' ', StringComparison.Ordinal);
            if (space > 0 && value.AsSpan(0, space).SequenceEqual(format))
            {
                return value[(space + 1)..].Trim();
            }
        }

        return null;
    }

    private static string[] FeedbackFor(SdpMedia media, string format)
    {
        var result = new List<string>();
        foreach (var value in media.All("rtcp-fb"))
        {
            var space = value.IndexOf(' ', StringComparison.Ordinal);
            if (space > 0 && (value.AsSpan(0, space).SequenceEqual(format) || value[0] == '*'))
            {
                result.Add(value[(space + 1)..].Trim());
            }
        }

        return [.. result];
    }
}

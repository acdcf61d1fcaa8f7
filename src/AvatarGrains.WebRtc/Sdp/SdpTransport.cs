using System.Globalization;
using System.Net;

namespace AvatarGrains.WebRtc.Sdp;

/// <summary>The remote's ICE and DTLS side of one m-line.</summary>
internal sealed record SdpTransport(
    string Ufrag, string Password, byte[] Fingerprint, string Setup, bool IsLite, IReadOnlyList<NetAddress> Candidates)
{
    public const int MaxCandidates = 64;

    public static SdpTransport Read(SdpDescription description, SdpMedia media)
    {
        var ufrag = description.Find(media, "ice-ufrag") ?? throw new SdpException("The session description has no a=ice-ufrag.");
        var password = description.Find(media, "ice-pwd") ?? throw new SdpException("The session description has no a=ice-pwd.");
        if (ufrag.Length is < 4 or > 256 || password.Length is < 22 or > 256)
        {
            throw new SdpException("The ICE user fragment or password has a length that ICE does not allow.");
        }

        var setup = description.Find(media, "setup") ?? "actpass";
        if (setup is not ("actpass" or "active" or "passive"))
        {
            throw new SdpException($"The DTLS role a=setup:{Shorten(setup)} is not supported.");
        }

        var candidates = media.All("candidate").Take(MaxCandidates).Select(ParseCandidate).OfType<NetAddress>().Distinct().ToList();
        var lite = SdpMedia.Find(description.Attributes, "ice-lite") is not null;
        return new SdpTransport(ufrag, password, ReadFingerprint(description, media), setup, lite, candidates);
    }

    /// <summary>Cuts what came from outside to a length fit for a message.</summary>
    public static string Shorten(string text) => text.Length <= 40 ? text : text[..40] + "…";

    private static byte[] ReadFingerprint(SdpDescription description, SdpMedia media)
    {
        var lines = media.All("fingerprint").Concat(description.Attributes.Where(a => a.Name == "fingerprint").Select(a => a.Value));
        var seen = false;
        foreach (var line in lines)
        {
            seen = true;
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 2 && words[0].Equals("sha-256", StringComparison.OrdinalIgnoreCase) && TryParseHex(words[1], out var digest))
            {
                return digest;
            }
        }

        throw new SdpException(seen
            ? "The session description has no valid sha-256 certificate fingerprint."
            : "The session description has no certificate fingerprint (a=fingerprint); media must be encrypted with DTLS-SRTP.");
    }

    private static bool TryParseHex(string text, out byte[] digest)
    {
        digest = new byte[32];
        var parts = text.Split(':');
        if (parts.Length != 32)
        {
            return false;
        }

        for (var i = 0; i < 32; i++)
        {
            if (parts[i].Length != 2 || !byte.TryParse(parts[i], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out digest[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static NetAddress? ParseCandidate(string value)
    {
        var words = value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length >= 8
            && words[1] == "1"
            && words[2].Equals("udp", StringComparison.OrdinalIgnoreCase)
            && IPAddress.TryParse(words[4], out var address)
            && ushort.TryParse(words[5], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port != 0
            ? NetAddress.From(address, port)
            : null;
    }
}

using System.Globalization;

namespace AvatarGrains.WebRtc.Sdp;

/// <summary>Decides what of the remote's description is used: one Opus line, one VP8 line, one data channel line, all on one transport.</summary>
internal static class Negotiator
{
    private const string MidUri = "urn:ietf:params:rtp-hdrext:sdes:mid";

    /// <summary>Reads an offer (server role).</summary>
    public static Negotiation FromOffer(SdpDescription offer) => Read(offer, isOffer: true);

    /// <summary>Reads the answer to our own offer (client role); its m-lines are ours in our order.</summary>
    public static Negotiation FromAnswer(SdpDescription answer, int offeredLines)
    {
        if (answer.Media.Count != offeredLines)
        {
            throw new SdpException($"The answer has {answer.Media.Count} media lines where the offer has {offeredLines}.");
        }

        return Read(answer, isOffer: false);
    }

    private static Negotiation Read(SdpDescription remote, bool isOffer)
    {
        var bundled = remote.BundledMids();
        var chosen = new List<NegotiatedLine>();
        foreach (var media in remote.Media)
        {
            var line = Choose(remote, media, isOffer);
            var taken = line.Kind != LineKind.Rejected && chosen.Any(l => l.Kind == line.Kind);
            chosen.Add(taken ? Reject(media) : line);
        }

        var usable = chosen.Count(l => l.Kind != LineKind.Rejected);
        if (usable == 0)
        {
            throw new SdpException("Nothing in the session description can be used: it needs audio with Opus, video with VP8 or a data channel.");
        }

        if (usable > 1 && bundled.Length == 0)
        {
            throw new SdpException("The session description must bundle its media on one transport (a=group:BUNDLE).");
        }

        if (bundled.Length > 0)
        {
            for (var i = 0; i < chosen.Count; i++)
            {
                chosen[i] = bundled.Contains(chosen[i].Mid, StringComparer.Ordinal) ? chosen[i] : Reject(chosen[i].Media);
            }
        }

        var first = TransportLine(chosen, bundled) ?? throw new SdpException("The BUNDLE group names none of the usable media lines.");
        return Complete(remote, new Negotiation(SdpTransport.Read(remote, first.Media), chosen));
    }

    private static NegotiatedLine? TransportLine(List<NegotiatedLine> lines, string[] bundled)
    {
        var usable = lines.Where(l => l.Kind != LineKind.Rejected).ToList();
        return bundled.Length == 0
            ? usable.FirstOrDefault()
            : bundled.Select(mid => usable.Find(l => l.Mid == mid)).FirstOrDefault(l => l is not null);
    }

    private static Negotiation Complete(SdpDescription remote, Negotiation negotiation)
    {
        var result = negotiation with { Origin = remote.Origin };
        if (negotiation.Channels is { } channels)
        {
            var port = channels.Media.Find("sctp-port") ?? channels.Media.Formats[0];
            var size = channels.Media.Find("max-message-size");
            result = result with
            {
                RemoteSctpPort = ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var p) && p != 0 ? p : (ushort)5000,
                RemoteMaxMessageSize = long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var s) ? s : 65536,
            };
        }

        if (negotiation.Video is { } video && remote.Find(video.Media, "ssrc") is { } ssrc
            && uint.TryParse(ssrc.Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            result = result with { RemoteVideoSsrc = id };
        }

        return result;
    }

    private static NegotiatedLine Choose(SdpDescription remote, SdpMedia media, bool isOffer)
    {
        if (media.IsRejected)
        {
            return Reject(media);
        }

        return media.Kind switch
        {
            "audio" => ChooseRtp(remote, media, LineKind.Audio, isOffer),
            "video" => ChooseRtp(remote, media, LineKind.Video, isOffer),
            "application" when IsDataChannel(media) => new NegotiatedLine { Media = media, Kind = LineKind.Channels, Mid = media.Mid ?? "" },
            _ => Reject(media),
        };
    }

    private static NegotiatedLine ChooseRtp(SdpDescription remote, SdpMedia media, LineKind kind, bool isOffer)
    {
        if (!media.Protocol.EndsWith("RTP/SAVPF", StringComparison.Ordinal) && !media.Protocol.EndsWith("RTP/SAVP", StringComparison.Ordinal))
        {
            return Reject(media);
        }

        var codec = SdpCodec.Read(media).Find(c => kind == LineKind.Audio ? c.Is("opus", 48000) : c.Is("VP8", 90000));
        if (codec is null)
        {
            return Reject(media);
        }

        if (media.Find("rtcp-mux") is null)
        {
            throw new SdpException($"The {media.Kind} line does not offer to carry RTP and RTCP on one port (a=rtcp-mux).");
        }

        var direction = media.Direction(remote).Mirror();
        if (isOffer && kind == LineKind.Video)
        {
            direction &= ~MediaDirection.Receive;
        }

        return new NegotiatedLine
        {
            Media = media,
            Kind = kind,
            Mid = media.Mid ?? "",
            Direction = direction,
            Codec = codec,
            MidExtension = MidExtension(media),
        };
    }

    private static NegotiatedLine Reject(SdpMedia media) => new() { Media = media, Kind = LineKind.Rejected, Mid = media.Mid ?? "" };

    private static bool IsDataChannel(SdpMedia media) =>
        media.Protocol.EndsWith("DTLS/SCTP", StringComparison.Ordinal)
        && (media.Formats[0] == "webrtc-datachannel" || media.All("sctpmap").Any(m => m.Contains("webrtc-datachannel", StringComparison.Ordinal)));

    private static int MidExtension(SdpMedia media)
    {
        foreach (var value in media.All("extmap"))
        {
            var words = value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length >= 2 && words[1] == MidUri
                && int.TryParse(words[0].Split('/')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id is > 0 and < 15)
            {
                return id;
            }
        }

        return 0;
    }
}

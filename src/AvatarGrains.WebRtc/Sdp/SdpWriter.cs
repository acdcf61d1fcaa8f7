using System.Globalization;
using System.Text;
using AvatarGrains.WebRtc.Peers;

namespace AvatarGrains.WebRtc.Sdp;

/// <summary>Writes complete answers (ice-lite, passive unless told otherwise) and offers.</summary>
internal sealed class SdpWriter
{
    private readonly StringBuilder _text = new(2048);
    private readonly LocalDescription _local;

    private SdpWriter(LocalDescription local) => _local = local;

    /// <summary>The answer to an offer: its m-lines in its order, its payload types, its mids.</summary>
    public static string Answer(Negotiation negotiation, LocalDescription local, string setup)
    {
        var writer = new SdpWriter(local);
        writer.Session(negotiation.Lines.Where(l => l.Kind != LineKind.Rejected).Select(l => l.Mid), lite: true);
        foreach (var line in negotiation.Lines)
        {
            writer.AnswerLine(line, setup);
        }

        return writer._text.ToString();
    }

    /// <summary>An offer of the client role: audio, video, data channels.</summary>
    public static string Offer(OfferOptions options, LocalDescription local)
    {
        var writer = new SdpWriter(local);
        writer.Session(Enumerable.Range(0, options.Lines).Select(i => i.ToString(CultureInfo.InvariantCulture)), lite: false);
        var mid = 0;
        if (options.Audio || options.Microphone)
        {
            var direction = (options.Audio ? MediaDirection.Receive : 0) | (options.Microphone ? MediaDirection.Send : 0);
            writer.MediaLine("audio", "UDP/TLS/RTP/SAVPF", "111", $"{mid++}", "actpass");
            writer.Rtp(direction, 0, "", local.AudioSsrc, "audio");
            writer.Lines("a=rtpmap:111 opus/48000/2", "a=fmtp:111 minptime=10;useinbandfec=1");
            writer.CandidateLines();
        }

        if (options.Video)
        {
            writer.MediaLine("video", "UDP/TLS/RTP/SAVPF", "96", $"{mid++}", "actpass");
            writer.Rtp(MediaDirection.Receive, 0, "", local.VideoSsrc, "video");
            writer.Lines("a=rtpmap:96 VP8/90000", "a=rtcp-fb:96 nack", "a=rtcp-fb:96 nack pli", "a=rtcp-fb:96 ccm fir");
            writer.CandidateLines();
        }

        if (options.Channels)
        {
            writer.MediaLine("application", "UDP/DTLS/SCTP", "webrtc-datachannel", $"{mid}", "actpass");
            writer.Lines("a=sctp-port:5000", $"a=max-message-size:{local.MaxMessageSize}");
            writer.CandidateLines();
        }

        return writer._text.ToString();
    }

    private void Session(IEnumerable<string> mids, bool lite)
    {
        Lines("v=0", string.Create(CultureInfo.InvariantCulture, $"o=- {_local.SessionId} {_local.Version} IN IP4 127.0.0.1"), "s=-", "t=0 0");
        Lines($"a=group:BUNDLE {string.Join(' ', mids.Where(m => m.Length > 0))}".TrimEnd());
        if (lite)
        {
            Lines("a=ice-lite");
        }

        Lines($"a=msid-semantic: WMS {_local.StreamId}");
    }

    private void AnswerLine(NegotiatedLine line, string setup)
    {
        var media = line.Media;
        if (line.Kind == LineKind.Rejected)
        {
            Lines($"m={media.Kind} 0 {media.Protocol} {string.Join(' ', media.Formats)}", "c=IN IP4 0.0.0.0");
            if (line.Mid.Length > 0)
            {
                Lines($"a=mid:{line.Mid}");
            }

            Lines("a=inactive");
            return;
        }

        var format = line.Codec is { } codec ? codec.PayloadType.ToString(CultureInfo.InvariantCulture) : media.Formats[0];
        MediaLine(media.Kind, media.Protocol, format, line.Mid, setup);
        if (line.Codec is null)
        {
            Channel(media);
        }
        else
        {
            var isAudio = line.Kind == LineKind.Audio;
            Rtp(line.Direction, line.MidExtension, media.Find("rtcp-rsize") is null ? "" : "a=rtcp-rsize",
                isAudio ? _local.AudioSsrc : _local.VideoSsrc, isAudio ? "audio" : "video");
            Codec(line.Codec, isAudio);
        }

        CandidateLines();
    }

    private void Channel(SdpMedia media)
    {
        if (media.Formats[0] == "webrtc-datachannel")
        {
            Lines("a=sctp-port:5000");
        }
        else
        {
            // The form before RFC 8841: the SCTP port stands in the m-line.
            Lines($"a=sctpmap:{media.Formats[0]} webrtc-datachannel 65535");
        }

        Lines(string.Create(CultureInfo.InvariantCulture, $"a=max-message-size:{_local.MaxMessageSize}"));
    }

    private void Codec(SdpCodec codec, bool isAudio)
    {
        var type = codec.PayloadType;
        if (isAudio)
        {
            var dtx = codec.Parameters.Contains("usedtx=1", StringComparison.Ordinal) ? ";usedtx=1" : "";
            Lines($"a=rtpmap:{type} opus/48000/2", $"a=fmtp:{type} minptime=10;useinbandfec=1{dtx}");
            return;
        }

        Lines($"a=rtpmap:{type} VP8/90000");
        foreach (var feedback in (ReadOnlySpan<string>)["nack", "nack pli", "ccm fir", "goog-remb"])
        {
            if (codec.HasFeedback(feedback))
            {
                Lines($"a=rtcp-fb:{type} {feedback}");
            }
        }
    }

    private void MediaLine(string kind, string protocol, string format, string mid, string setup)
    {
        var at = _local.Candidates.Count > 0 ? _local.Candidates[0] : default;
        var port = at.Port == 0 ? 9 : at.Port;
        Lines(
            string.Create(CultureInfo.InvariantCulture, $"m={kind} {port} {protocol} {format}"),
            at.Port == 0 ? "c=IN IP4 0.0.0.0" : $"c=IN {(at.IsIPv4 ? "IP4" : "IP6")} {at.ToEndPoint().Address}");
        if (mid.Length > 0)
        {
            Lines($"a=mid:{mid}");
        }

        Lines($"a=ice-ufrag:{_local.Ufrag}", $"a=ice-pwd:{_local.Password}", $"a=fingerprint:sha-256 {Fingerprint()}", $"a=setup:{setup}");
    }

    private void Rtp(MediaDirection direction, int midExtension, string reducedSize, uint ssrc, string track)
    {
        Lines("a=rtcp-mux");
        if (reducedSize.Length > 0)
        {
            Lines(reducedSize);
        }

        if (midExtension > 0)
        {
            Lines(string.Create(CultureInfo.InvariantCulture, $"a=extmap:{midExtension} urn:ietf:params:rtp-hdrext:sdes:mid"));
        }

        Lines($"a={direction.Name()}");
        if ((direction & MediaDirection.Send) != 0)
        {
            var id = ssrc.ToString(CultureInfo.InvariantCulture);
            Lines(
                $"a=msid:{_local.StreamId} {_local.StreamId}-{track}",
                $"a=ssrc:{id} cname:{_local.CName}",
                $"a=ssrc:{id} msid:{_local.StreamId} {_local.StreamId}-{track}");
        }
    }

    private void CandidateLines()
    {
        var preference = 65535;
        foreach (var candidate in _local.Candidates)
        {
            var priority = (126u << 24) + ((uint)preference-- << 8) + 255;
            Lines(string.Create(CultureInfo.InvariantCulture,
                $"a=candidate:{65536 - preference - 1} 1 udp {priority} {candidate.ToEndPoint().Address} {candidate.Port} typ host"));
        }

        Lines("a=end-of-candidates");
    }

    private string Fingerprint() => string.Join(':', _local.Fingerprint.ToArray().Select(b => b.ToString("X2", CultureInfo.InvariantCulture)));

    private void Lines(params ReadOnlySpan<string> lines)
    {
        foreach (var line in lines)
        {
            _text.Append(line).Append("\r\n");
        }
    }
}

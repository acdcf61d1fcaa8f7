using System.Text;
using AvatarGrains.WebRtc.Peers;
using AvatarGrains.WebRtc.Rtp;

namespace AvatarGrains.WebRtc.Rtcp;

/// <summary>Sends reports and, as a receiver, NACK and PLI; acts on the remote's reports and feedback.</summary>
internal sealed class RtcpMachine : IRtcpSink
{
    private const int MaxCompound = 1100;
    private const int MaxNacks = 64;

    /// <summary>The first reports follow the first media closely, so that the remote can line audio and video up at once.</summary>
    private const long FirstReportAfter = 100_000;

    private readonly PeerConfig _config;
    private readonly PeerTransport _transport;
    private readonly PeerStats _stats;
    private readonly IPeerObserver _observer;
    private readonly MediaStreams _streams;
    private readonly byte[] _cname;
    private long _now;
    private long _reportAt = long.MaxValue;
    private long _keyFrameToldAt = long.MinValue / 2;
    private long _keyFrameDueAt = long.MaxValue;

    public RtcpMachine(PeerConfig config, PeerTransport transport, PeerStats stats, IPeerObserver observer, MediaStreams streams, string cname)
    {
        _config = config;
        _transport = transport;
        _stats = stats;
        _observer = observer;
        _streams = streams;
        _cname = Encoding.ASCII.GetBytes(cname);
    }

    public long NextDeadline => Math.Min(Math.Min(_reportAt, _keyFrameDueAt), _streams.Receiver.Missing.NextDeadline);

    /// <summary>Starts the timers of reports, once media flows.</summary>
    public void Begin(long now)
    {
        if (_reportAt == long.MaxValue)
        {
            _reportAt = now + FirstReportAfter;
        }
    }

    public void Receive(ReadOnlySpan<byte> compound, long now)
    {
        _now = now;
        if (!RtcpReader.Read(compound, this))
        {
            _stats.PacketsDropped++;
        }
    }

    public void Advance(long now)
    {
        if (_keyFrameDueAt <= now)
        {
            TellKeyFrame(now);
        }

        if (_reportAt <= now)
        {
            Report(now);
            var jitter = _config.RtcpInterval / 5 * RandomNumbers.UInt16(_config.Random) / 65536;
            _reportAt = now + (_config.RtcpInterval * 9 / 10) + jitter;
        }

        if (_streams.Receiver.Missing.NextDeadline <= now)
        {
            AskForMissing(now);
        }
    }

    /// <summary>Sends a PLI for the video we receive.</summary>
    public bool RequestKeyFrame(long now)
    {
        var receiver = _streams.Receiver;
        var media = receiver.Video.IsStarted ? receiver.Video.Ssrc : _streams.RemoteVideoSsrc;
        if (media == 0)
        {
            return false;
        }

        var buffer = _transport.Rent(MaxCompound);
        var writer = new RtcpWriter(buffer[..MaxCompound]);
        writer.ReceiverReport(_streams.Ssrc, [], now);
        writer.PictureLoss(_streams.Ssrc, media);
        return _transport.CommitRtcp(buffer, writer.Length);
    }

    void IRtcpSink.OnSenderReport(uint ssrc, ulong ntp, uint timestamp)
    {
        _streams.Receiver.Audio.TakeReport(ssrc, NtpTime.Middle(ntp), _now);
        _streams.Receiver.Video.TakeReport(ssrc, NtpTime.Middle(ntp), _now);
        var video = _streams.Receiver.Video.IsStarted && _streams.Receiver.Video.Ssrc == ssrc;
        if (video || (_streams.Receiver.Audio.IsStarted && _streams.Receiver.Audio.Ssrc == ssrc))
        {
            _observer.OnSenderReport(video, ntp, timestamp);
        }
    }

    void IRtcpSink.OnReportBlock(uint ssrc, byte fractionLost, int lost, uint lastReport, uint delay)
    {
        var isVideo = ssrc == _streams.Video?.Output.Ssrc;
        if (!isVideo && ssrc != _streams.Audio?.Output.Ssrc)
        {
            return;
        }

        if (isVideo || _streams.Video is null)
        {
            _stats.LossReported = fractionLost / 256.0;
        }

        _streams.TakeLost(isVideo, lost);
        _stats.PacketsLostReported = _streams.Lost;
        if (lastReport != 0)
        {
            var trip = NtpTime.Middle(NtpTime.FromUnix(_config.UnixMicrosecondsAtZero + _now)) - lastReport - delay;
            if ((int)trip >= 0)
            {
                _stats.RoundTripTime = Math.Max(1, (long)trip * 1_000_000 / 65536);
            }
        }
    }

    void IRtcpSink.OnNack(uint ssrc, ushort sequence)
    {
        if (_streams.Video is { } video && ssrc == video.Output.Ssrc)
        {
            _stats.NacksReceived++;
            video.Resend(sequence, _now);
        }
    }

    void IRtcpSink.OnKeyFrameWanted(uint ssrc)
    {
        if (ssrc != _streams.Video?.Output.Ssrc)
        {
            return;
        }

        _stats.KeyFrameRequestsReceived++;
        if (_now - _keyFrameToldAt >= _config.KeyFrameRequestInterval)
        {
            TellKeyFrame(_now);
        }
        else
        {
            // The request is answered later rather than dropped, since the remote may not repeat it.
            _keyFrameDueAt = _keyFrameToldAt + _config.KeyFrameRequestInterval;
        }
    }

    void IRtcpSink.OnBandwidthEstimate(long bitsPerSecond) => _stats.EstimatedBandwidth = bitsPerSecond;

    void IRtcpSink.OnTransportFeedback(int reported, int lost) => _stats.TransportFeedbackLost += lost;

    private void TellKeyFrame(long now)
    {
        _keyFrameToldAt = now;
        _keyFrameDueAt = long.MaxValue;
        _observer.OnKeyFrameRequested();
    }

    private void Report(long now)
    {
        var sources = _streams.Sources();
        var ntp = NtpTime.FromUnix(_config.UnixMicrosecondsAtZero + now);
        var buffer = _transport.Rent(MaxCompound);
        var writer = new RtcpWriter(buffer[..MaxCompound]);
        var audio = Running(_streams.Audio?.Output);
        var video = Running(_streams.Video?.Output);
        if (audio is not null)
        {
            writer.SenderReport(audio.Ssrc, ntp, audio.Clock.At(now), audio.Packets, audio.Octets, sources, now);
            sources = [];
        }

        if (video is not null)
        {
            writer.SenderReport(video.Ssrc, ntp, video.Clock.At(now), video.Packets, video.Octets, sources, now);
            sources = [];
        }

        if (audio is null && video is null)
        {
            if (sources.IsEmpty)
            {
                return;
            }

            writer.ReceiverReport(_streams.Ssrc, sources, now);
        }

        writer.Name(audio?.Ssrc ?? video?.Ssrc ?? _streams.Ssrc, _cname);
        if (audio is not null && video is not null)
        {
            writer.Name(video.Ssrc, _cname);
        }

        _transport.CommitRtcp(buffer, writer.Length);
    }

    private static RtpOutput? Running(RtpOutput? output) => output is { Packets: > 0 } ? output : null;

    private void AskForMissing(long now)
    {
        Span<ushort> due = stackalloc ushort[MaxNacks];
        var count = _streams.Receiver.Missing.TakeDue(due, _stats.RoundTripTime, now);
        if (count == 0)
        {
            return;
        }

        var buffer = _transport.Rent(MaxCompound);
        var writer = new RtcpWriter(buffer[..MaxCompound]);
        writer.ReceiverReport(_streams.Ssrc, [], now);
        writer.Nack(_streams.Ssrc, _streams.Receiver.Video.Ssrc, due[..count]);
        if (_transport.CommitRtcp(buffer, writer.Length))
        {
            _stats.NacksSent += count;
        }
    }
}

using AvatarGrains.WebRtc.Pacing;
using AvatarGrains.WebRtc.Payloads;
using AvatarGrains.WebRtc.Peers;

namespace AvatarGrains.WebRtc.Rtp;

/// <summary>
/// Sends VP8: cuts frames into even packets, encrypts them once into the history, lets them leave at the pacer's rate and sends them again on NACK
/// exactly as they were (same SSRC and sequence number: no RTX is negotiated).
/// </summary>
internal sealed class VideoSender
{
    /// <summary>Largest UDP payload.</summary>
    private const int MaxDatagram = 1200;

    private const int Headers = RtpHeader.Size + Vp8Descriptor.Size;
    private const int MaxChunk = MaxDatagram - Headers - 16;

    /// <summary>An ordinary pose frame passes in one go.</summary>
    private const int Burst = 4 * MaxDatagram;

    private const int ResendBurst = 48 * 1024;
    private const long LeastResendInterval = 15_000;

    private readonly PeerTransport _transport;
    private readonly PeerStats _stats;
    private readonly PacketHistory _history;
    private readonly PacketPacer _pacer;
    private readonly PacketPacer _resends;
    private readonly Vp8Framing _framing;
    private ushort _nextSequence;
    private int _pending;
    private int _pendingBytes;

    public VideoSender(PeerTransport transport, RtpOutput output, PeerConfig config, PeerStats stats, int firstPictureId)
    {
        _transport = transport;
        _stats = stats;
        Output = output;
        _history = new PacketHistory(config.HistoryBytes);
        _pacer = new PacketPacer(config.PacingBitsPerSecond, Burst);
        _resends = new PacketPacer(Math.Max(1, config.PacingBitsPerSecond / 4), ResendBurst);
        _framing = new Vp8Framing(firstPictureId);
    }

    public RtpOutput Output { get; }

    public long NextDeadline { get; private set; } = long.MaxValue;

    public bool Send(ReadOnlySpan<byte> frame, bool isKeyFrame, bool goldenOnly, uint timestamp, long now)
    {
        if (frame.IsEmpty)
        {
            return false;
        }

        var packets = (frame.Length + MaxChunk - 1) / MaxChunk;
        if (!_history.Prepare(frame.Length + (packets * (Headers + PeerTransport.Trailer)), _pendingBytes))
        {
            return false;
        }

        var descriptor = _framing.Next(isKeyFrame, goldenOnly);
        Output.Observe(timestamp, now);

        // Packets of one length and a shorter last one leave the socket as one message.
        var chunk = (frame.Length + packets - 1) / packets;
        for (var i = 0; i < packets; i++)
        {
            var size = Math.Min(chunk, frame.Length);
            if (!Append(frame[..size], descriptor with { Start = i == 0 }, timestamp, marker: i == packets - 1))
            {
                return false;
            }

            frame = frame[size..];
        }

        _stats.VideoFramesSent++;
        _stats.KeyFramesSent += isKeyFrame ? 1 : 0;
        Advance(now);
        return true;
    }

    /// <summary>Lets packets leave that may.</summary>
    public void Advance(long now)
    {
        while (_pending > 0)
        {
            var packet = _history.Find(_nextSequence);
            if (!_pacer.TryTake(packet.Length, now))
            {
                break;
            }

            _transport.SendProtected(packet);
            _history.SentAt(_nextSequence) = now;
            _stats.VideoPacketsSent++;
            _nextSequence++;
            _pending--;
            _pendingBytes -= packet.Length;
        }

        NextDeadline = _pending > 0 ? _pacer.NextAt(now) : long.MaxValue;
    }

    /// <summary>Answers a NACK, unless the packet is forgotten, was sent a moment ago, or too much is asked for.</summary>
    public void Resend(ushort sequence, long now)
    {
        var packet = _history.Find(sequence);
        if (packet.IsEmpty || (_pending > 0 && (short)(sequence - _nextSequence) >= 0))
        {
            return;
        }

        ref var sentAt = ref _history.SentAt(sequence);
        if (now - sentAt < Math.Max(LeastResendInterval, _stats.RoundTripTime * 3 / 4) || !_resends.TryTake(packet.Length, now))
        {
            return;
        }

        sentAt = now;
        _transport.SendProtected(packet);
        _stats.PacketsResent++;
    }

    public void Clear()
    {
        _pending = _pendingBytes = 0;
        NextDeadline = long.MaxValue;
        _history.Clear();
    }

    private bool Append(ReadOnlySpan<byte> chunk, in Vp8Descriptor descriptor, uint timestamp, bool marker)
    {
        var header = Output.Next(timestamp, marker);
        var buffer = _history.Reserve(Headers + chunk.Length + PeerTransport.Trailer);
        header.Write(buffer);
        descriptor.Write(buffer[RtpHeader.Size..]);
        chunk.CopyTo(buffer[Headers..]);
        var length = _transport.Protect(buffer, Headers + chunk.Length);
        if (length == 0)
        {
            return false;
        }

        _history.Commit(header.Sequence, length);
        if (_pending++ == 0)
        {
            _nextSequence = header.Sequence;
        }

        _pendingBytes += length;
        Output.Sent(Vp8Descriptor.Size + chunk.Length);
        return true;
    }
}

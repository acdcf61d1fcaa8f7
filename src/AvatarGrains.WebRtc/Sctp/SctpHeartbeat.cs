using System.Buffers.Binary;

namespace AvatarGrains.WebRtc.Sctp;

/// <summary>Checks that an idle peer still answers (RFC 9260 section 8.3).</summary>
internal sealed class SctpHeartbeat(RtoEstimator rto)
{
    private const long Interval = 30_000_000;
    private const int InfoLength = 12;
    private long _sentAt = -1;

    public long Deadline { get; private set; } = long.MaxValue;

    /// <summary>Heartbeats in a row without an answer.</summary>
    public int Errors { get; private set; }

    public void Restart(long now) => Deadline = now + Interval;

    public void Send(SctpPacketWriter writer, uint tag, long now)
    {
        if (_sentAt >= 0)
        {
            Errors++;
        }

        _sentAt = now;
        Deadline = now + Interval;
        var value = writer.Add(tag, SctpWire.Heartbeat, 0, InfoLength);
        BinaryPrimitives.WriteUInt16BigEndian(value, SctpWire.ParameterHeartbeatInfo);
        BinaryPrimitives.WriteUInt16BigEndian(value[2..], InfoLength);
        BinaryPrimitives.WriteInt64BigEndian(value[4..], now);
    }

    public void OnAnswer(ReadOnlySpan<byte> value, long now)
    {
        if (_sentAt >= 0 && value.Length >= InfoLength && BinaryPrimitives.ReadInt64BigEndian(value[4..]) == _sentAt)
        {
            rto.Add(now - _sentAt);
            _sentAt = -1;
            Errors = 0;
        }
    }
}

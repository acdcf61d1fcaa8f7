namespace AvatarGrains.WebRtc.Rtp;

/// <summary>Numbers the packets of one stream we send and counts what its sender reports say.</summary>
internal sealed class RtpOutput(uint ssrc, byte payloadType, int clockRate, ushort firstSequence, uint timestampOffset)
{
    private ushort _sequence = firstSequence;

    public uint Ssrc { get; } = ssrc;

    public RtpClock Clock { get; } = new(clockRate);

    public uint Packets { get; private set; }

    public uint Octets { get; private set; }

    /// <summary>The header of the next packet; it is used up only by <see cref="Sent"/>.</summary>
    public RtpHeader Next(uint timestamp, bool marker) => new(payloadType, marker, _sequence, timestamp + timestampOffset, Ssrc);

    public void Sent(int payloadBytes)
    {
        _sequence++;
        Packets++;
        Octets += (uint)payloadBytes;
    }

    public void Observe(uint timestamp, long now) => Clock.Observe(timestamp + timestampOffset, now);
}

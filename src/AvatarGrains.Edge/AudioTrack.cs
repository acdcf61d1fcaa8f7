namespace AvatarGrains.Edge;

/// <summary>
/// The audio half of playout. Speech packets go out as they are; silence is a short run of coded silence, so that every decoder comes to
/// rest, and then discontinuous transmission: one packet without a frame each 400 ms (RFC 6716 section 2.1.9, RFC 7587 section 3.1.3).
/// Timestamps count on throughout.
/// </summary>
internal sealed class AudioTrack(uint timestampBase, int comfortTicks)
{
    /// <summary>48 kHz ticks of one 20 ms packet.</summary>
    public const int TicksPerPacket = 960;

    /// <summary>Ticks of 20 ms between the packets of a silence.</summary>
    public const int DtxInterval = 20;

    // CELT fullband mono 20 ms: a frame whose silence flag is set, and the same with no frame at all (RFC 6716 sections 3.1 and 4.3).
    private static readonly byte[] SilentFrame = [0xF8, 0xFF, 0xFE];
    private static readonly byte[] NoFrame = [0xF8];

    private long _silentTicks;

    /// <summary>Ticks of a silence that goes on before it sends its next packet; 0 when the next tick sends one.</summary>
    public int QuietTicks => _silentTicks < comfortTicks ? 0 : (int)((DtxInterval - ((_silentTicks - comfortTicks) % DtxInterval)) % DtxInterval);

    public uint Timestamp(long tick) => timestampBase + (uint)(tick * TicksPerPacket);

    public void Speak(ReadOnlySpan<byte> packet, long tick, IMediaOut media, long now)
    {
        _silentTicks = 0;
        media.SendAudio(packet, Timestamp(tick), now);
    }

    /// <summary>Passes over ticks of a silence, at most <see cref="QuietTicks"/>.</summary>
    public void Rest(long ticks) => _silentTicks += ticks;

    public void Silence(long tick, IMediaOut media, long now)
    {
        if (_silentTicks < comfortTicks)
        {
            media.SendAudio(SilentFrame, Timestamp(tick), now);
        }
        else if ((_silentTicks - comfortTicks) % DtxInterval == 0)
        {
            media.SendAudio(NoFrame, Timestamp(tick), now);
        }

        _silentTicks++;
    }
}

namespace AvatarGrains.Client.Media;

/// <summary>What arrived of an Opus stream.</summary>
public sealed class AudioReception
{
    /// <summary>48 kHz ticks of one packet.</summary>
    public const int PacketTicks = 960;

    /// <summary>Longest packet that holds only silence: a coded silent frame, or no frame at all.</summary>
    private const int SilentBytes = 3;

    private readonly ArrivalClock _clock = new(48_000);
    private uint _lastTimestamp;
    private bool _lastSpoke;

    public SequenceCheck Sequence { get; } = new();

    public long Packets { get; private set; }

    public long SpeechPackets { get; private set; }

    /// <summary>20 ms pieces that the sender left out in the middle of speech: the clock went on and no packet was lost.</summary>
    public long Skipped { get; private set; }

    /// <summary>Takes a packet.</summary>
    public AudioArrival Take(int bytes, ushort sequence, uint timestamp, long arrival)
    {
        Packets++;
        var gap = Sequence.Take(sequence);
        var late = _clock.Take(timestamp, arrival);
        var speech = bytes > SilentBytes;
        SpeechPackets += speech ? 1 : 0;
        if (gap == 0 && speech && _lastSpoke)
        {
            Skipped += Math.Max(0, ((int)(timestamp - _lastTimestamp) / PacketTicks) - 1);
        }

        if (gap >= 0)
        {
            _lastTimestamp = timestamp;
            _lastSpoke = speech;
        }

        return new AudioArrival(arrival, timestamp, late, Math.Max(0, gap), speech);
    }
}

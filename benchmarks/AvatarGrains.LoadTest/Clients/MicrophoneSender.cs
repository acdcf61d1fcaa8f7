using AvatarGrains.Client.Media;

namespace AvatarGrains.LoadTest.Clients;

/// <summary>One client's microphone: a packet each 20 ms from its start on.</summary>
internal sealed class MicrophoneSender(Microphone microphone)
{
    /// <summary>How often <see cref="Tick"/> wants to be called, µs.</summary>
    public const long Interval = Microphone.PacketMs * 1000;

    private long _startedAt = long.MaxValue;
    private long _sent;

    public void Start(long at) => _startedAt = at;

    /// <summary>Sends what is due. On the loop.</summary>
    /// <returns>True when a question has just ended.</returns>
    public bool Tick(ReceiverClient client, long now)
    {
        var ended = false;
        for (; _startedAt < long.MaxValue && _startedAt + (_sent * Interval) <= now; _sent++)
        {
            client.Peer.SendAudio(microphone[_sent], (uint)(_sent * Microphone.TicksPerPacket), now);
            ended |= microphone.EndsQuestion(_sent);
        }

        return ended;
    }
}

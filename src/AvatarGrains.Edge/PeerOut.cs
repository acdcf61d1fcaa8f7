using AvatarGrains.WebRtc.Peers;
using AvatarGrains.WebRtc.Sockets;

namespace AvatarGrains.Edge;

/// <summary>Media of a session into its peer on the media loop.</summary>
internal sealed class PeerOut(Peer peer) : IMediaOut
{
    /// <summary>The peer's place on the loop, once it has one.</summary>
    public MediaLoopEntry? Entry { get; set; }

    public bool SendAudio(ReadOnlySpan<byte> opus, uint timestamp, long now) => peer.SendAudio(opus, timestamp, now);

    public bool SendVideo(ReadOnlySpan<byte> vp8, bool isKeyFrame, bool goldenOnly, uint timestamp, long now) =>
        peer.SendVideo(vp8, isKeyFrame, goldenOnly, timestamp, now);

    public bool SendMessage(ushort channel, bool text, ReadOnlySpan<byte> message, long now) => peer.SendMessage(channel, text, message, now);

    public void Close(long now) => Entry?.Close();
}

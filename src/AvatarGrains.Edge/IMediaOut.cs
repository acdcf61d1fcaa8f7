namespace AvatarGrains.Edge;

/// <summary>Where a session's media goes: the peer, or a recorder of calls in tests. Called on the loop that owns the session.</summary>
internal interface IMediaOut
{
    /// <summary>Sends one Opus packet; the timestamp counts 48 kHz ticks.</summary>
    bool SendAudio(ReadOnlySpan<byte> opus, uint timestamp, long now);

    /// <summary>Sends one VP8 frame; the timestamp counts 90 kHz ticks.</summary>
    bool SendVideo(ReadOnlySpan<byte> vp8, bool isKeyFrame, bool goldenOnly, uint timestamp, long now);

    bool SendMessage(ushort channel, bool text, ReadOnlySpan<byte> message, long now);

    void Close(long now);
}

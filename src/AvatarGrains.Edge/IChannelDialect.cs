using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Edge;

/// <summary>
/// Translates between one client's data channels and its session. All calls come on the loop; nothing here throws on what a client sent.
/// A dialect implements <see cref="OnMessage"/> and <see cref="OnOutput"/>, and of the rest what its clients are told of: what it leaves out
/// does nothing.
/// </summary>
internal interface IChannelDialect
{
    /// <summary>The client sent something; the answer goes out by <see cref="IEdgeControl.Send"/> on the same channel.</summary>
    void OnMessage(ushort channel, bool text, ReadOnlySpan<byte> message);

    /// <summary>An output that is not stale. Speech itself is played by the edge.</summary>
    void OnOutput(SessionOutput output);

    // The channels themselves.
    void OnOpened(ushort channel, string label, string protocol)
    {
    }

    /// <summary>A message was longer than any may be, and is lost.</summary>
    void OnMessageTooLarge(ushort channel)
    {
    }

    void OnClosed(ushort channel)
    {
    }

    // Speech as it is played.

    /// <summary>The first packet of a sentence was sent.</summary>
    void OnSegmentStarted(SpeechSegment segment)
    {
    }

    /// <summary>The length of the sentence being played is known, or as good as can be said by now.</summary>
    void OnSegmentTimed(SpeechSegment segment, int durationMs)
    {
    }

    /// <summary>What was being said was cut off.</summary>
    void OnInterrupted(int turn)
    {
    }

    // What became of what the client asked for.

    /// <summary>A question that the client gave this id is stored.</summary>
    void OnTaken(string question)
    {
    }

    void OnRefused(SessionCommand command, CommandResult result)
    {
    }

    void OnViewShown(AvatarView view)
    {
    }

    void OnViewRefused(AvatarView view, string detail)
    {
    }

    /// <summary>The answer to <see cref="IEdgeControl.FetchSnapshot"/>.</summary>
    void OnSnapshot(SessionSnapshot snapshot)
    {
    }

    /// <summary>The server stops soon.</summary>
    /// <returns>True when the client has been told and goes elsewhere by itself; then its connection is kept until it has gone.</returns>
    bool OnLeaving() => false;

    /// <summary>The connection is over; the last call.</summary>
    /// <returns>True when the session ends with it, because its client cannot come back; otherwise the session waits a while for it.</returns>
    bool OnGone() => false;
}

/// <summary>Makes the dialect of a connection.</summary>
internal delegate IChannelDialect ChannelDialectFactory(IEdgeControl edge);

using AvatarGrains.Core.Sessions;
using AvatarGrains.Edge;

namespace AvatarGrains.Api.Dialects.LiveTalking;

/// <summary>One client's connection. The dialect has no data channel: it only ends its session when it is over.</summary>
/// <param name="gone">Told when the connection is over.</param>
internal sealed class LiveTalkingChannel(Action gone) : IChannelDialect
{
    public void OnMessage(ushort channel, bool text, ReadOnlySpan<byte> message)
    {
    }

    public void OnOutput(SessionOutput output)
    {
    }

    /// <summary>Clients cannot connect to a session again: each offer makes a new one.</summary>
    public bool OnGone()
    {
        gone();
        return true;
    }
}

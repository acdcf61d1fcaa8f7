using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Edge;

/// <summary>What a dialect may do with the edge session it translates for. On the loop only.</summary>
internal interface IEdgeControl
{
    string SessionId { get; }

    /// <summary>The session's settings as last heard.</summary>
    SessionSpec Spec { get; }

    /// <summary>The view asked for last, or being shown: what the next change builds on.</summary>
    AvatarView View { get; }

    ConversationPhase Phase { get; }

    /// <summary>How the microphone is used, as last asked by this client.</summary>
    ListenMode Listening { get; }

    int Turn { get; }

    EdgeOptions Options { get; }

    bool Send(ushort channel, bool text, ReadOnlySpan<byte> message);

    /// <summary>
    /// Puts a command in line for the session, behind those posted before. A refusal comes back by <see cref="IChannelDialect.OnRefused"/>.
    /// </summary>
    void Post(SessionCommand command);

    /// <summary>Shows another view and tells the session once it can be shown.</summary>
    void ChangeView(AvatarView view);

    /// <summary>Asks for the session as it is; the answer is <see cref="IChannelDialect.OnSnapshot"/>.</summary>
    void FetchSnapshot();

    /// <summary>Runs work off the loop; what it returns runs on the loop, unless the client has gone by then.</summary>
    void Run(Func<CancellationToken, Task<Action>> work);

    /// <summary>Does something on the loop after a while, unless the client has gone by then.</summary>
    void After(TimeSpan delay, Action act);

    /// <summary>Counts a message that was answered with an error.</summary>
    void CountBadMessage();
}

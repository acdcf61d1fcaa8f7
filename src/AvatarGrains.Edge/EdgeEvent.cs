using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Media;

namespace AvatarGrains.Edge;

/// <summary>Something that reaches an edge session from another thread and waits for its loop. One closed family.</summary>
internal abstract record EdgeEvent;

/// <summary>The session has something to play or tell.</summary>
internal sealed record OutputArrived(SessionOutput Output) : EdgeEvent;

/// <summary>The session has taken, and stored, a question that has a name.</summary>
internal sealed record QuestionTaken(string Id) : EdgeEvent;

/// <summary>The session refused what the client asked for.</summary>
internal sealed record CommandRefused(SessionCommand Command, CommandResult Result) : EdgeEvent;

/// <summary>A new view is ready to be shown.</summary>
internal sealed record ViewOpened(IPoseSet Poses, int Request) : EdgeEvent;

/// <summary>A view cannot be shown.</summary>
internal sealed record ViewRefused(AvatarView View, string Detail, int Request) : EdgeEvent;

/// <summary>The session as it is, for a client that has just come back.</summary>
internal sealed record SnapshotArrived(SessionSnapshot Snapshot) : EdgeEvent;

/// <summary>Work of the dialect is done; its continuation runs on the loop.</summary>
internal sealed record WorkDone(Action Continue) : EdgeEvent;

/// <summary>The edge must close: the session is not there, or serving it failed.</summary>
internal sealed record EdgeFailed(string Detail) : EdgeEvent;

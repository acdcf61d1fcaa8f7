namespace AvatarGrains.WebRtc.Sockets;

/// <summary>Something to do on the loop's thread; a value, so that the queue reuses its memory.</summary>
internal readonly record struct MediaLoopWork(MediaLoopEntry Entry, Action<MediaLoopEntry, object?, long>? Action, object? State, long TickAt)
{
    public static readonly Action<MediaLoopEntry, object?, long> CloseAction = static (entry, _, now) => entry.Peer.Close(now);

    /// <summary>Puts the entry on the loop.</summary>
    public static readonly object AddMark = new();
}

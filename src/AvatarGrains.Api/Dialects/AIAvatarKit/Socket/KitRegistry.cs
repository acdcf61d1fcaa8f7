namespace AvatarGrains.Api.Dialects.AIAvatarKit.Socket;

/// <summary>The sockets of this process that have started, by the client's session id: one for each session, the newest. Thread-safe.</summary>
internal sealed class KitRegistry
{
    private readonly Lock _lock = new();
    private readonly List<KitSocket> _sockets = [];

    /// <summary>Adds a socket.</summary>
    /// <returns>The one that had the session before, which is no longer known; null when there was none.</returns>
    public KitSocket? Add(KitSocket socket)
    {
        lock (_lock)
        {
            var old = _sockets.Find(one => one != socket && one.Tenant == socket.Tenant && one.Ids.SessionId == socket.Ids.SessionId);
            _sockets.RemoveAll(one => one == old || one == socket);
            _sockets.Add(socket);
            return old;
        }
    }

    public void Remove(KitSocket socket)
    {
        lock (_lock)
        {
            _sockets.Remove(socket);
        }
    }

    /// <summary>A tenant's sockets, oldest first.</summary>
    public IReadOnlyList<KitSocket> Of(string tenant)
    {
        lock (_lock)
        {
            return _sockets.FindAll(one => one.Tenant == tenant);
        }
    }
}

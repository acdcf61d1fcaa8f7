using System.Collections.Concurrent;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Api.Dialects.OpenAvatarChat;

/// <summary>
/// Counts the sessions that were made on this server. Sessions end by themselves, so those that have are looked for when there seems to be no room.
/// Thread-safe.
/// </summary>
/// <param name="host">Knows what has ended.</param>
/// <param name="limit">Most at once.</param>
internal sealed class AvatarChatRoom(ISessionHost host, int limit)
{
    private readonly ConcurrentDictionary<string, byte> _made = new();

    /// <summary>Sessions that are not known to have ended.</summary>
    public int Count => _made.Count;

    /// <summary>Whether one more may be made.</summary>
    public async ValueTask<bool> IsThereAsync(CancellationToken cancellationToken)
    {
        if (_made.Count < limit)
        {
            return true;
        }

        foreach (var id in _made.Keys)
        {
            if (await host.FindAsync(id, cancellationToken) is null or { Status: SessionStatus.Terminated })
            {
                _made.TryRemove(id, out _);
            }
        }

        return _made.Count < limit;
    }

    public void Add(string id) => _made.TryAdd(id, 0);

    public void Remove(string id) => _made.TryRemove(id, out _);
}

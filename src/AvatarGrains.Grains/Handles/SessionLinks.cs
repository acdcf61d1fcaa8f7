using System.Collections.Concurrent;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Grains.Handles;

/// <summary>The sessions that have clients in this process, and those that were made through it and may still get some. Thread-safe.</summary>
internal sealed class SessionLinks(SessionCalls calls, SessionClock clock, TimeSpan connectTimeout)
{
    private readonly ConcurrentDictionary<string, SessionLink> _links = new();
    private readonly ConcurrentDictionary<string, TimeSpan> _made = new();

    public IEnumerable<SessionLink> All => _links.Values;

    /// <summary>Sessions with clients here, and sessions made here whose clients still have time to come.</summary>
    public IEnumerable<string> Expected
    {
        get
        {
            var old = clock.Monotonic - connectTimeout;
            foreach (var made in _made.Where(m => m.Value < old))
            {
                _made.TryRemove(made);
            }

            return _links.Keys.Concat(_made.Keys).Distinct();
        }
    }

    public SessionLink? Find(string id) => _links.GetValueOrDefault(id);

    /// <summary>A session was made through this process.</summary>
    public void NoteMade(string id) => _made[id] = clock.Monotonic;

    /// <summary>A session is over.</summary>
    public void NoteOver(string id) => _made.TryRemove(id, out _);

    /// <summary>Subscribes a sink.</summary>
    /// <exception cref="SessionRejectedException">Unknown or ended session.</exception>
    public async ValueTask<SessionLink> AddAsync(string id, ISessionSink sink, CancellationToken cancellationToken)
    {
        while (true)
        {
            var link = _links.GetOrAdd(id, static (key, links) => new SessionLink(key, links.Calls, links.Forget), this);
            try
            {
                if (await link.AddAsync(sink, cancellationToken))
                {
                    return link;
                }
            }
            catch
            {
                if (!link.IsAttached)
                {
                    Forget(link);
                }

                throw;
            }

            Forget(link);
        }
    }

    /// <summary>Unsubscribes a sink.</summary>
    /// <returns>True when the link is over.</returns>
    public async ValueTask<bool> RemoveAsync(SessionLink link, ISessionSink sink)
    {
        if (!await link.RemoveAsync(sink))
        {
            return false;
        }

        Forget(link);
        return true;
    }

    private SessionCalls Calls => calls;

    private void Forget(SessionLink link)
    {
        _links.TryRemove(KeyValuePair.Create(link.Id, link));
        _made.TryRemove(link.Id, out _);
    }
}

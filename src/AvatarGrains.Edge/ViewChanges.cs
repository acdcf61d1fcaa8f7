using AvatarGrains.Core.Avatars;

namespace AvatarGrains.Edge;

/// <summary>
/// Which view this client asked for last, and which the session was told of. A view opens off the loop and the session answers later still,
/// so that changes overlap: a second one builds on the first, and the echo of an older one is not mistaken for somebody else's wish.
/// </summary>
internal sealed class ViewChanges
{
    private int _request;

    /// <summary>The view that is being opened, or null.</summary>
    public AvatarView? Wanted { get; private set; }

    /// <summary>The view the session was told of and has not confirmed, or null.</summary>
    public AvatarView? Told { get; private set; }

    /// <returns>The number of the request, by which its outcome is known.</returns>
    public int Ask(AvatarView view)
    {
        Wanted = view;
        return ++_request;
    }

    /// <summary>A request has come out.</summary>
    /// <returns>False when a newer one was made meanwhile.</returns>
    public bool Settle(int request)
    {
        if (request != _request)
        {
            return false;
        }

        Wanted = null;
        return true;
    }

    /// <summary>The session is being told of a view.</summary>
    public void Tell(AvatarView view) => Told = view;

    /// <summary>The session refused to be told.</summary>
    public void Forget() => Told = null;

    /// <summary>The session says which view it has.</summary>
    /// <returns>Whether to show it: another client changed it.</returns>
    public bool Hear(AvatarView heard, AvatarView shown)
    {
        if (Told is { } told)
        {
            // What was said before the session had heard of this client's view is outdated.
            Told = told == heard ? null : told;
            return false;
        }

        return Wanted is null && heard != shown;
    }
}

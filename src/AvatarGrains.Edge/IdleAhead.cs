using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Edge;

/// <summary>
/// The idle life of an avatar, known some frames ahead so that poses can be encoded before they are due. Never allocates after
/// construction.
/// </summary>
internal sealed class IdleAhead
{
    /// <summary>Frames known beyond the present one.</summary>
    public const int Depth = 15;

    private readonly (ushort Phase, Eyes Eyes)[] _frames = new (ushort, Eyes)[Depth + 1];
    private readonly IdlePlayer _player;
    private readonly int _loopFrames;
    private int _at;
    private int _shift;

    public IdleAhead(int loopFrames, int seed)
    {
        _loopFrames = loopFrames;
        _player = new IdlePlayer(loopFrames, seed);
        for (var i = 0; i <= Depth; i++)
        {
            Fill(i, ConversationPhase.Idle);
        }
    }

    /// <summary>The pose of a moment with the mouth at rest.</summary>
    /// <param name="ahead">0 for the present frame, up to <see cref="Depth"/>.</param>
    public (ushort Phase, Eyes Eyes) this[int ahead]
    {
        get
        {
            var (phase, eyes) = _frames[(_at + ahead) % _frames.Length];
            return ((ushort)((phase + _shift) % _loopFrames), eyes);
        }
    }

    /// <summary>Puts the present frame at the loop's start, where the key frame is, and lets the loop go on from there.</summary>
    public void Rewind() => _shift = (_loopFrames - _frames[_at].Phase) % _loopFrames;

    public void Advance(ConversationPhase mood)
    {
        Fill(_at, mood);
        _at = (_at + 1) % _frames.Length;
    }

    private void Fill(int at, ConversationPhase mood)
    {
        _frames[at] = (_player.Phase, _player.Eyes);
        _player.Advance(mood);
    }
}

using AvatarGrains.Core.Sessions;
using AvatarGrains.Grains.Contracts;

namespace AvatarGrains.Grains.Sessions;

/// <summary>The newest outputs of a session, as far as they still count: speech does until it has played or a newer turn begins.</summary>
internal sealed class KeptOutputs
{
    /// <summary>More than a minute and a half of speech.</summary>
    private const int Most = 256;
    private const int MostIdle = 16;

    private readonly List<SessionOutput?> _outputs = [];

    public void Add(SessionOutput output)
    {
        var idle = output is PhaseChanged { Phase: ConversationPhase.Idle };
        if (idle || output is TurnBegan)
        {
            for (var i = 0; i < _outputs.Count; i++)
            {
                _outputs[i] = _outputs[i] is SegmentBegan or SpeechChunk ? null : _outputs[i];
            }
        }

        _outputs.Add(output);
        var most = idle ? MostIdle : Most;
        if (_outputs.Count > most)
        {
            _outputs.RemoveRange(0, _outputs.Count - most);
        }
    }

    /// <summary>
    /// What somebody missed who followed the session before: of this activation what came after, of another one's successor everything.
    /// </summary>
    /// <param name="epoch">This activation.</param>
    /// <param name="sequence">Number of the newest output.</param>
    /// <param name="seen">How far it was followed.</param>
    public FeedBatch After(Guid epoch, long sequence, FeedMark seen)
    {
        var before = sequence - _outputs.Count;
        var skip = seen.Epoch == epoch ? (int)Math.Max(0, seen.Sequence - before) : 0;
        return new FeedBatch(epoch, before + skip + 1, [.. _outputs.Skip(skip)]);
    }
}

using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Edge;

/// <summary>Segments waiting to be played, in order. Holds the newest turn number: what is older is dropped by one compare.</summary>
internal sealed class SpeechQueue
{
    private readonly Queue<SpeechSegment> _segments = new();
    private SpeechSegment? _newest;
    private int _first = int.MaxValue;

    /// <summary>The newest turn seen.</summary>
    public int Turn { get; private set; } = int.MinValue;

    /// <summary>The segment being played or next to be, or null.</summary>
    public SpeechSegment? Current => _segments.TryPeek(out var head) ? head : null;

    /// <summary>True when an output belongs to a turn that is over.</summary>
    public bool IsStale(SessionOutput output) => output.Turn < Turn;

    /// <summary>Moves to a newer turn.</summary>
    /// <returns>The segment that was cut off, or null when none was playing.</returns>
    public SpeechSegment? Begin(int turn)
    {
        Turn = turn;
        var cut = Current is { Position: > 0 } playing ? playing : null;
        _segments.Clear();
        _newest = null;
        _first = int.MaxValue;
        return cut;
    }

    /// <summary>
    /// Takes a segment. What is here already is repeated for the sake of others and ignored; one before the first that came is where a
    /// client that has joined begins.
    /// </summary>
    public void Add(SegmentBegan began)
    {
        if (began.Segment < _first)
        {
            _segments.Clear();
            _first = began.Segment;
        }
        else if (_newest is not null && began.Segment <= _newest.Index)
        {
            return;
        }

        _newest = new SpeechSegment(began.Turn, began.Segment, began.Text);
        _segments.Enqueue(_newest);
    }

    /// <summary>
    /// Takes the next chunk of the newest segment. Others are repeated ones, or of a segment whose beginning is still to be repeated to a
    /// client that has joined.
    /// </summary>
    public void Add(SpeechChunk chunk)
    {
        if (_newest is { } segment && segment.Index == chunk.Segment && segment.Chunks == chunk.Sequence)
        {
            segment.Add(chunk);
        }
    }

    /// <summary>Foretells a frame: the face it will show, or the last face of all speech and how long that is over.</summary>
    /// <param name="next">Packet of the current segment that the next frame belongs to.</param>
    /// <param name="ahead">Frames after that one.</param>
    /// <param name="face">The face.</param>
    /// <param name="over">Frames since the end of speech, 0 while it lasts.</param>
    /// <returns>False when that has not arrived yet, or nothing is to be said.</returns>
    public bool TryForetell(int next, int ahead, out FaceFrame face, out int over)
    {
        over = 0;
        face = FaceFrame.Rest;
        foreach (var segment in _segments)
        {
            var packet = next + (2 * ahead);
            if (segment.IsComplete ? packet < segment.Packets : segment.HasFace(packet))
            {
                face = segment.FaceAt(packet);
                return true;
            }

            if (!segment.IsComplete)
            {
                return false;
            }

            // A segment starts with a frame of its own, whatever the beat of the one before.
            ahead -= next < segment.Packets ? ((segment.Packets - 1 - next) / 2) + 1 : 0;
            next = 0;
            face = segment.FaceAt(Math.Max(0, segment.Packets - 1));
        }

        over = ahead + 1;
        return _segments.Count > 0;
    }

    /// <summary>Removes the current segment.</summary>
    public void Next() => _segments.Dequeue();
}

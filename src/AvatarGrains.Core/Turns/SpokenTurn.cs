using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Core.Turns;

/// <summary>The speech of the current turn. Owned by the session's loop.</summary>
internal sealed class SpokenTurn(SessionClock clock, TimeSpan ahead, HeardTimings heard)
{
    public TurnRecord Record { get; } = new();

    public PlayoutGate Gate { get; } = new(clock, ahead);

    public TurnTimer Timer { get; } = new(clock, heard);

    /// <summary>Segments and their chunks from the one being played on.</summary>
    public Queue<SessionOutput> Unheard { get; } = new();

    /// <summary>Chunks sent of the current segment.</summary>
    public int Sequence { get; set; }

    /// <summary>All jobs are done: nothing more is to come unless something is queued.</summary>
    public bool Complete { get; set; }

    public bool Failed { get; set; }

    /// <summary>Made as fast as it can be, for readers who need not be there while it would play.</summary>
    public bool Free { get; set; }

    /// <summary>When the clock says it has played out, while the edge has not said so yet.</summary>
    public TimeSpan? OverdueSince { get; set; }

    /// <summary>Drops what came before a segment.</summary>
    public void Forget(int segment)
    {
        while (Unheard.TryPeek(out var first) && (first is SegmentBegan began ? began.Segment : ((SpeechChunk)first).Segment) < segment)
        {
            Unheard.Dequeue();
        }
    }
}

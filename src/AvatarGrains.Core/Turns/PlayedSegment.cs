namespace AvatarGrains.Core.Turns;

/// <summary>One sentence of the avatar's turn: how much speech there is and how much of it was played.</summary>
internal sealed class PlayedSegment(string text)
{
    public string Text { get; } = text;

    /// <summary>Milliseconds sent to the edges.</summary>
    public int SentMs { get; set; }

    /// <summary>Milliseconds the edge says it played; null before its first report.</summary>
    public int? ReportedMs { get; set; }

    /// <summary>All of its speech has been sent: <see cref="SentMs"/> is its length.</summary>
    public bool Complete { get; set; }

    public bool Finished { get; set; }

    /// <summary>No voice could say it to its end: no more of it was said than was sent.</summary>
    public bool Lost { get; set; }
}

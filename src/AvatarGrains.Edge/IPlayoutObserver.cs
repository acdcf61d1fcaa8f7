namespace AvatarGrains.Edge;

/// <summary>Hears how far playout has come. Called on the loop.</summary>
internal interface IPlayoutObserver
{
    /// <summary>The first packet of a segment was sent.</summary>
    void OnSegmentStarted(SpeechSegment segment);

    /// <param name="segment">The segment.</param>
    /// <param name="finished">True when all of it was sent; false at an interruption and for progress.</param>
    void OnProgress(SpeechSegment segment, bool finished);

    /// <summary>Speech of a turn that had begun or was waiting was dropped.</summary>
    void OnInterrupted(int turn);
}

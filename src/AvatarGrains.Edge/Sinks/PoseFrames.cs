using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Edge.Sinks;

/// <summary>
/// Speech as JPEG pictures, one for each 40 ms, for clients that show pictures in place of a video. Two packets of speech are one picture, counted
/// over all sentences, so that pictures and sound stay together. One owner.
/// </summary>
/// <param name="poses">The avatar as it is shown; the caller gives it back.</param>
/// <param name="seed">Chooses blinks and glances; the pictures of equal seeds are encoded once.</param>
internal sealed class PoseFrames(IPoseSet poses, int seed)
{
    private readonly IdlePlayer _idle = new(Math.Max(1, poses.Avatar.LoopFrames), seed);
    private readonly List<ReadOnlyMemory<byte>> _pictures = [];

    // In order, and drawn side by side.
    private readonly List<Task<ReadOnlyMemory<byte>>> _drawing = [];
    private SpeechSegment _sentence = new(0, -1, "");
    private int _drawn;
    private long _packets;

    /// <summary>The pictures so far.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Pictures => _pictures;

    /// <summary>Takes speech; a sentence is drawn when all of it is there.</summary>
    public async ValueTask AddAsync(SpeechChunk chunk, CancellationToken cancellationToken)
    {
        if (chunk.Segment != _sentence.Index)
        {
            await FinishAsync(cancellationToken);
            (_sentence, _drawn) = (new SpeechSegment(chunk.Turn, chunk.Segment, ""), 0);
        }

        _sentence.Add(chunk);
        if (chunk.Last)
        {
            await FinishAsync(cancellationToken);
        }
    }

    /// <summary>Draws what is there of a sentence that was cut off.</summary>
    public async ValueTask FinishAsync(CancellationToken cancellationToken)
    {
        for (; _drawn < _sentence.Packets; _drawn++, _packets++)
        {
            if (_packets % 2 == 0)
            {
                Draw(_sentence.FaceAt(_drawn), ConversationPhase.Speaking, cancellationToken);
            }
        }

        await GatherAsync();
    }

    /// <summary>Draws the face at rest.</summary>
    /// <param name="frames">How many pictures.</param>
    /// <param name="cancellationToken">Cancels the drawing.</param>
    public async ValueTask RestAsync(int frames, CancellationToken cancellationToken)
    {
        for (var i = 0; i < frames; i++)
        {
            Draw(FaceFrame.Rest, ConversationPhase.Idle, cancellationToken);
        }

        await GatherAsync();
    }

    private void Draw(FaceFrame face, ConversationPhase mood, CancellationToken cancellationToken)
    {
        _drawing.Add(poses.GetJpegAsync(VideoTrack.PoseOf((_idle.Phase, _idle.Eyes), face), cancellationToken).AsTask());
        _idle.Advance(mood);
    }

    private async ValueTask GatherAsync()
    {
        _pictures.AddRange(await Task.WhenAll(_drawing));
        _drawing.Clear();
    }
}

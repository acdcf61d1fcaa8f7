using System.Runtime.CompilerServices;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Speech;

namespace AvatarGrains.Core.Turns;

/// <summary>
/// What became of the sentences of one job: one that no voice could say is passed over, so that the rest of an answer is not lost. Owned by the
/// job.
/// </summary>
internal sealed class VoiceOutcome
{
    private EngineException? _failed;
    private bool _heard;

    /// <summary>No voice could say the last sentence to its end.</summary>
    public bool Lost { get; private set; }

    /// <summary>There were sentences to say, and none of them was heard.</summary>
    public bool IsSilent => _failed is not null && !_heard;

    /// <summary>A sentence's speech; where the voices fail it ends there.</summary>
    public async IAsyncEnumerable<SegmentPart> WatchAsync(
        IAsyncEnumerable<SegmentPart> parts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Lost = false;
        await using var speech = parts.GetAsyncEnumerator(cancellationToken);
        for (var face = 0; ;)
        {
            if (!await MoveNextAsync(speech))
            {
                yield return new SegmentPart(PackedSpeech.Empty, face, Last: true);
                yield break;
            }

            var part = speech.Current;
            face = part.FirstFace + part.Speech.FaceCount;
            _heard |= part.Speech.PacketCount > 0;
            yield return part;
            if (part.Last)
            {
                yield break;
            }
        }
    }

    /// <summary>The job is done: it failed when there were sentences to say, and none of them was heard.</summary>
    /// <exception cref="EngineException">The last failure of the voices.</exception>
    public void ThrowIfSilent()
    {
        if (IsSilent)
        {
            throw _failed!;
        }
    }

    private async ValueTask<bool> MoveNextAsync(IAsyncEnumerator<SegmentPart> speech)
    {
        try
        {
            return await speech.MoveNextAsync();
        }
        catch (EngineException e)
        {
            _failed = e;
            Lost = true;
            return false;
        }
    }
}

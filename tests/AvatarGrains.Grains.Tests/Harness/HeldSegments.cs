using System.Runtime.CompilerServices;
using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Speech;

namespace AvatarGrains.Grains.Tests.Harness;

/// <summary>Speech of one worker silo that stops after the first piece of a sentence until it is let go.</summary>
internal sealed class HeldSegments(ISegmentSource inner) : ISegmentSource
{
    /// <summary>Completed when a sentence is held here.</summary>
    public TaskCompletionSource Holding { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Lets go what is held.</summary>
    public TaskCompletionSource Released { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool Hold { get; set; } = true;

    /// <summary>Holds a sentence before its first piece, too.</summary>
    public bool Silent { get; set; }

    /// <summary>Asked before each holding.</summary>
    public Func<bool> May { get; set; } = () => true;

    public async IAsyncEnumerable<SegmentPart> SpeakAsync(SegmentRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (Silent && May())
        {
            Holding.TrySetResult();
            await Released.Task.WaitAsync(cancellationToken);
        }

        await foreach (var part in inner.SpeakAsync(request, cancellationToken))
        {
            yield return part;
            if (Hold && May())
            {
                Holding.TrySetResult();
                await Released.Task.WaitAsync(cancellationToken);
            }
        }
    }

    public IAsyncEnumerable<SegmentPart> FollowAsync(IAsyncEnumerable<PcmBlock> audio, Expression expression, CancellationToken cancellationToken) =>
        inner.FollowAsync(audio, expression, cancellationToken);
}

using System.Runtime.CompilerServices;
using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Speech;

namespace AvatarGrains.Conformance.Scripted;

/// <summary>Speech of <see cref="MsPerCharacter"/> per character in parts of 200 ms; each packet holds the sentence's first character.</summary>
public sealed class ScriptedSegments : ISegmentSource
{
    public const int MsPerCharacter = 100;

    /// <summary>Awaited before each sentence; may throw.</summary>
    public Func<SegmentRequest, CancellationToken, Task> Before { get; set; } = (_, _) => Task.CompletedTask;

    public async IAsyncEnumerable<SegmentPart> SpeakAsync(SegmentRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Before(request, cancellationToken);
        var packets = request.Text.Length * MsPerCharacter / 20;
        for (var at = 0; at < packets; at += 10)
        {
            var count = Math.Min(10, packets - at);
            var packet = new ReadOnlyMemory<byte>([(byte)request.Text[0]]);
            yield return new SegmentPart(
                [.. Enumerable.Repeat(packet, count)], [.. Enumerable.Repeat(FaceFrame.Rest, count / 2)], at / 2, at + count == packets);
        }
    }

    public async IAsyncEnumerable<SegmentPart> FollowAsync(
        IAsyncEnumerable<PcmBlock> audio, Expression expression, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var face = 0;
        await foreach (var block in audio.WithCancellation(cancellationToken))
        {
            var count = (int)(block.Duration.TotalMilliseconds / 20);
            yield return new SegmentPart(
                [.. Enumerable.Repeat(new ReadOnlyMemory<byte>([1]), count)], [.. Enumerable.Repeat(FaceFrame.Rest, count / 2)], face, false);
            face += count / 2;
        }

        yield return new SegmentPart([], [], face, true);
    }
}

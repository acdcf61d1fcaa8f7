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

    /// <summary>Gives one part in place of a sentence; null for none.</summary>
    public Func<SegmentRequest, SegmentPart>? Instead { get; set; }

    public async IAsyncEnumerable<SegmentPart> SpeakAsync(SegmentRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Before(request, cancellationToken);
        if (Instead is { } instead)
        {
            yield return instead(request);
            yield break;
        }

        var packets = request.Text.Length * MsPerCharacter / 20;
        for (var at = 0; at < packets; at += 10)
        {
            var count = Math.Min(10, packets - at);
            var packet = new ReadOnlyMemory<byte>([(byte)request.Text[0]]);
            yield return new SegmentPart(Same(packet, count), at / 2, at + count == packets);
        }
    }

    public async IAsyncEnumerable<SegmentPart> FollowAsync(
        IAsyncEnumerable<PcmBlock> audio, Expression expression, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var face = 0;
        await foreach (var block in audio.WithCancellation(cancellationToken))
        {
            var count = (int)(block.Duration.TotalMilliseconds / 20);
            yield return new SegmentPart(Same(new ReadOnlyMemory<byte>([1]), count), face, false);
            face += count / 2;
        }

        yield return new SegmentPart(PackedSpeech.Empty, face, true);
    }

    private static PackedSpeech Same(ReadOnlyMemory<byte> packet, int count) =>
        PackedSpeech.Pack([.. Enumerable.Repeat(packet, count)], [.. Enumerable.Repeat(FaceFrame.Rest, count / 2)]);
}

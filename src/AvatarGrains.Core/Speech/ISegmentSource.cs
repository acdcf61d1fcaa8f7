using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Media;
using Orleans;

namespace AvatarGrains.Core.Speech;

/// <summary>What to say as one segment (a sentence).</summary>
/// <param name="Text">Plain text without tags.</param>
/// <param name="Voice">Voice name, or null for the default.</param>
/// <param name="Language">BCP 47 tag, or null for the voice's own.</param>
/// <param name="Expression">The expression held while it is said.</param>
[GenerateSerializer, Immutable, Alias("ag.SegmentRequest")]
public sealed record SegmentRequest(
    [property: Id(0)] string Text, [property: Id(1)] string? Voice, [property: Id(2)] string? Language, [property: Id(3)] Expression Expression)
{
    /// <summary>As <see cref="Engines.SpeechRequest.Slack"/>.</summary>
    [Id(4)]
    public TimeSpan Slack { get; init; }
}

/// <summary>A piece of one segment, ready to play.</summary>
/// <param name="Speech">Its packets and faces.</param>
/// <param name="FirstFace">Index in the segment of the first face of <paramref name="Speech"/>.</param>
/// <param name="Last">True on the segment's last piece, and only there; it may be empty.</param>
[GenerateSerializer, Immutable, Alias("ag.SegmentPart")]
public sealed record SegmentPart([property: Id(0)] PackedSpeech Speech, [property: Id(1)] int FirstFace, [property: Id(2)] bool Last);

/// <summary>Turns text or audio into encoded, lip-synced speech. Thread-safe.</summary>
public interface ISegmentSource
{
    /// <summary>
    /// Speaks a sentence. Pieces come as early as the engine gives them, the first one small. Ends with a piece whose Last is true.
    /// </summary>
    /// <exception cref="Engines.EngineException">The engine failed.</exception>
    IAsyncEnumerable<SegmentPart> SpeakAsync(SegmentRequest request, CancellationToken cancellationToken);

    /// <summary>Lip-syncs audio made elsewhere, as it arrives; the mouth follows the sound. Ends with a piece whose Last is true.</summary>
    IAsyncEnumerable<SegmentPart> FollowAsync(IAsyncEnumerable<PcmBlock> audio, Expression expression, CancellationToken cancellationToken);
}

using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Media;

namespace AvatarGrains.Core.Speech;

/// <summary>What to say as one segment (a sentence).</summary>
/// <param name="Text">Plain text without tags.</param>
/// <param name="Voice">Voice name, or null for the default.</param>
/// <param name="Language">BCP 47 tag, or null for the voice's own.</param>
/// <param name="Expression">The expression held while it is said.</param>
public sealed record SegmentRequest(string Text, string? Voice, string? Language, Expression Expression)
{
    /// <summary>As <see cref="Engines.SpeechRequest.Slack"/>.</summary>
    public TimeSpan Slack { get; init; }
}

/// <summary>A piece of one segment, ready to play.</summary>
/// <param name="Packets">Opus packets of 20 ms each, in order. May be shared: never written to.</param>
/// <param name="Faces">One face per 40 ms of the segment from <paramref name="FirstFace"/> on.</param>
/// <param name="FirstFace">Index in the segment of the first of <paramref name="Faces"/>.</param>
/// <param name="Last">True on the segment's last piece, and only there; it may be empty.</param>
public sealed record SegmentPart(
    IReadOnlyList<ReadOnlyMemory<byte>> Packets,
    IReadOnlyList<FaceFrame> Faces,
    int FirstFace,
    bool Last);

/// <summary>Turns text or audio into encoded, lip-synced speech. Thread-safe.</summary>
public interface ISegmentSource
{
    /// <summary>Speaks a sentence. Pieces come as early as the engine gives them, the first one small. Ends with a piece whose Last is true.</summary>
    /// <exception cref="Engines.EngineException">The engine failed.</exception>
    IAsyncEnumerable<SegmentPart> SpeakAsync(SegmentRequest request, CancellationToken cancellationToken);

    /// <summary>Lip-syncs audio made elsewhere, as it arrives; the mouth follows the sound. Ends with a piece whose Last is true.</summary>
    IAsyncEnumerable<SegmentPart> FollowAsync(IAsyncEnumerable<PcmBlock> audio, Expression expression, CancellationToken cancellationToken);
}

using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;
using Microsoft.Extensions.AI;

namespace AvatarGrains.Grains.Contracts;

/// <summary>A call of a language model.</summary>
/// <param name="Model">Its name.</param>
/// <param name="Messages">The conversation, with all contents.</param>
/// <param name="Options">As given, tools included; another silo gets their declarations.</param>
[GenerateSerializer, Immutable, Alias("ag.LlmRequest")]
internal sealed record LlmRequest([property: Id(0)] string Model, [property: Id(1)] ChatMessage[] Messages, [property: Id(2)] ChatOptions? Options);

/// <summary>An utterance to be recognised.</summary>
/// <param name="Recognizer">The recognizer's name.</param>
/// <param name="Context">What to expect.</param>
/// <param name="Whole">
/// False when the passages of the context's knowledge were left out because the worker may have them: it answers <see cref="WorkEnd.NeedKnowledge"/>
/// when it does not.
/// </param>
[GenerateSerializer, Immutable, Alias("ag.AsrRequest")]
internal sealed record AsrRequest([property: Id(0)] string Recognizer, [property: Id(1)] RecognitionContext Context, [property: Id(2)] bool Whole);

/// <summary>What was heard.</summary>
[GenerateSerializer, Immutable, Alias("ag.AsrReply")]
internal sealed record AsrReply([property: Id(0)] WorkReply Reply, [property: Id(1)] Transcript Transcript);

/// <summary>Sound to be followed by a face.</summary>
/// <param name="expression">The expression held meanwhile.</param>
/// <param name="sound">The sound, where it is in the same process; it is not sent to another.</param>
[GenerateSerializer, Immutable, Alias("ag.FaceRequest")]
internal sealed class FaceRequest(Expression expression, IAsyncEnumerable<PcmBlock>? sound)
{
    [Id(0)]
    public Expression Expression { get; } = expression;

    [field: NonSerialized]
    public IAsyncEnumerable<PcmBlock>? Sound { get; } = sound;
}

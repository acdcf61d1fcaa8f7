using Orleans;

namespace AvatarGrains.Core.Speech;

/// <summary>A control tag found in a model's text: <c>[face:joy]</c>, <c>&lt;vision source="camera"/&gt;</c>.</summary>
/// <param name="Name">Lower-case name: face, animation, vision, language, …</param>
/// <param name="Value">Its value; empty when it has none.</param>
[GenerateSerializer, Immutable, Alias("ag.TextTag")]
public readonly record struct TextTag([property: Id(0)] string Name, [property: Id(1)] string Value);

/// <summary>A piece of text to be spoken at a stretch: a sentence, or a clause of a long one.</summary>
/// <param name="Text">What is spoken and shown: no tags, no markdown. Empty only when the segment is nothing but tags.</param>
/// <param name="Tags">Tags that stand in it or before it, in order.</param>
/// <param name="Raw">The stretch of source text it came from, tags and markup included.</param>
public sealed record TextSegment(string Text, IReadOnlyList<TextTag> Tags, string Raw);

/// <summary>Where text is cut.</summary>
public sealed record SentenceSplitterOptions
{
    /// <summary>The first segment is cut at a clause once it has this many characters, so that speech starts early.</summary>
    public int FirstClauseMin { get; init; } = 24;

    /// <summary>A sentence longer than this many characters is cut at its last clause.</summary>
    public int SoftMax { get; init; } = 160;

    /// <summary>No segment is longer than this many characters.</summary>
    public int HardMax { get; init; } = 260;
}

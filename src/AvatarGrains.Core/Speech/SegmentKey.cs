using AvatarGrains.Core.Avatars;

namespace AvatarGrains.Core.Speech;

/// <summary>What encoded speech depends on: equal keys sound and look the same.</summary>
internal readonly record struct SegmentKey(string Engine, string Voice, string? Language, Expression Expression, string Text);

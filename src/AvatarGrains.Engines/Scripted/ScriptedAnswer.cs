using AvatarGrains.Core.Engines;

namespace AvatarGrains.Engines.Scripted;

/// <summary>What a <see cref="ScriptedChatClient"/> does for one conversation.</summary>
/// <param name="Pieces">Text, piece by piece.</param>
/// <param name="FirstDelay">Wait before the first piece.</param>
/// <param name="PieceDelay">Wait after each piece.</param>
/// <param name="Failure">Fault thrown after the last piece, or null.</param>
public sealed record ScriptedAnswer(
    IReadOnlyList<string> Pieces, TimeSpan FirstDelay = default, TimeSpan PieceDelay = default, EngineFault? Failure = null);

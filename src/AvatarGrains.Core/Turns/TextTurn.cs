using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Core.Turns;

/// <summary>A question by text, ready for the language model.</summary>
/// <param name="Turn">The turn its lines belong to.</param>
/// <param name="Question">The user's words.</param>
/// <param name="Spec">The session.</param>
/// <param name="History">What was said before.</param>
internal sealed record TextTurn(int Turn, string Question, SessionSpec Spec, IReadOnlyList<HistoryLine> History);

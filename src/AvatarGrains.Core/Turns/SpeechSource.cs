using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Media;

namespace AvatarGrains.Core.Turns;

/// <summary>Where the words or the sound of a job come from.</summary>
internal abstract record SpeechSource;

/// <summary>Text as it is.</summary>
/// <param name="Text">The text.</param>
/// <param name="Voice">The voice that says it; null for the session's.</param>
internal sealed record TextSource(string Text, string? Voice = null) : SpeechSource;

/// <summary>A language model's answer.</summary>
/// <param name="Request">The user's words, and what came with them.</param>
/// <param name="History">What was said before.</param>
internal sealed record AnswerSource(TurnRequest Request, IReadOnlyList<HistoryLine> History) : SpeechSource;

/// <summary>Sound made by the client.</summary>
/// <param name="Message">What it says; may be empty.</param>
/// <param name="Audio">The sound as it comes.</param>
internal sealed record AudioSource(string Message, IAsyncEnumerable<PcmBlock> Audio) : SpeechSource;

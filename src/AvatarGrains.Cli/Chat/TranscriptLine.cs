namespace AvatarGrains.Cli.Chat;

/// <summary>Something said in this run of the client.</summary>
/// <param name="At">Local time.</param>
/// <param name="ByUser">The user said it, else the avatar.</param>
/// <param name="Text">The words, without control characters other than line feeds.</param>
internal sealed record TranscriptLine(DateTimeOffset At, bool ByUser, string Text);

using AvatarGrains.Cli.Chat;
using AvatarGrains.Cli.Terminal;

namespace AvatarGrains.Cli.Screens;

/// <summary>What was said, scrolling.</summary>
internal static class HistoryView
{
    public static async Task ShowAsync(Screen screen, Conversation conversation, CancellationToken cancellationToken)
    {
        if (conversation.Transcript.Count == 0)
        {
            screen.Note("Nothing has been said yet.");
            return;
        }

        await Pager.ShowAsync(screen, "Chat history", width => Lines(conversation.Transcript, width), cancellationToken);
    }

    /// <summary>The transcript in lines of a width.</summary>
    public static IReadOnlyList<string> Lines(IReadOnlyList<TranscriptLine> transcript, int width)
    {
        var lines = new List<string>();
        foreach (var said in transcript)
        {
            var label = $"{said.At:HH:mm}  {(said.ByUser ? "You" : "Avatar"),-6}  ";
            foreach (var line in WordWrap.Lines(said.Text, width - label.Length - 1))
            {
                lines.Add(label + line);
                label = new string(' ', label.Length);
            }

            if (!said.ByUser)
            {
                lines.Add("");
            }
        }

        return lines;
    }
}

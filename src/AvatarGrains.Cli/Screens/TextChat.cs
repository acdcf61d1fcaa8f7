using AvatarGrains.Cli.Chat;
using AvatarGrains.Cli.Terminal;

namespace AvatarGrains.Cli.Screens;

/// <summary>Chat by text: reads a line, shows the reply.</summary>
internal sealed class TextChat(Screen screen, Conversation conversation, ReplyScreen replies)
{
    private readonly LineEditor _editor = new(screen);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        screen.Note("Type a message. /clear forgets what was said, an empty line or Esc goes back.");
        while (await _editor.ReadAsync("You", "aqua", cancellationToken) is { } line && line.Trim() is { Length: > 0 } message)
        {
            switch (message)
            {
                case "/clear":
                    conversation.Forget();
                    screen.Note("The next message starts a new conversation.");
                    break;
                case "/back" or "/menu" or "/exit" or "/quit":
                    return;
                default:
                    screen.Say("You", "aqua", ReplyJoiner.Clean(message));
                    await replies.ShowAsync(message, null, cancellationToken);
                    break;
            }
        }
    }
}

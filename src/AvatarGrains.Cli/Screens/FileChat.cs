using AvatarGrains.Cli.Audio;
using AvatarGrains.Cli.Chat;
using AvatarGrains.Cli.Terminal;
using AvatarGrains.Client.Rest;

namespace AvatarGrains.Cli.Screens;

/// <summary>Chat by audio files: sends a recording, shows the reply.</summary>
internal sealed class FileChat(Screen screen, Conversation conversation, PersoClient client, ReplyScreen replies)
{
    private readonly LineEditor _editor = new(screen);

    public async Task RunAsync(string? language, CancellationToken cancellationToken)
    {
        if (!conversation.Can("STT"))
        {
            screen.Warn("This session does not recognize speech: start with --capability LLM TTS STT.");
            return;
        }

        screen.Note("Name a recording: wav, mp3, ogg, webm or flac. An empty line or Esc goes back.");
        while (await _editor.ReadAsync("File", "aqua", cancellationToken) is { } typed && typed.Trim().Length > 0)
        {
            try
            {
                var file = VoiceFile.Open(typed);
                var words = await screen.BusyAsync(
                    $"Sending {Path.GetFileName(file.Path)} …", status => SendAsync(file, language, status, cancellationToken));
                if (words.Length == 0)
                {
                    screen.Note($"Nothing was understood in {file.Path}.");
                    continue;
                }

                screen.Say("You", "aqua", words);
                await replies.ShowAsync(words, null, cancellationToken);
            }
            catch (CliException error)
            {
                screen.Warn(error.Message);
            }
            catch (PersoClientException error)
            {
                screen.Warn(Failure.Line(error, client));
            }
        }
    }

    private Task<string> SendAsync(VoiceFile file, string? language, Action<string> status, CancellationToken cancellationToken)
    {
        var name = Path.GetFileName(file.Path);
        return conversation.TranscribeAsync(
            () => new ProgressStream(File.OpenRead(file.Path), sent => status(sent < file.Length
                ? $"Sending {name} … {100 * sent / file.Length} %"
                : "Listening …")),
            file.SendName, file.MediaType, language, cancellationToken);
    }
}

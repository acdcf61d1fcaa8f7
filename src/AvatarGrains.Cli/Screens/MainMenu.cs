using AvatarGrains.Cli.Audio;
using AvatarGrains.Cli.Chat;
using AvatarGrains.Cli.Terminal;
using AvatarGrains.Client.Rest;
using Spectre.Console;

namespace AvatarGrains.Cli.Screens;

/// <summary>The interactive client: a menu, and what it leads to.</summary>
internal sealed class MainMenu(Screen screen, Conversation conversation, PersoClient client, ChatOptions options)
{
    private static readonly MenuItem[] Items =
    [
        new("Text chat", "type and read"),
        new("Voice chat", "speak and listen"),
        new("Voice file chat", "send a recording: wav, mp3, ogg, webm, flac"),
        new("Chat history", "what was said"),
        new("Browser avatar", "see the avatar speak"),
        new("Settings", "models, voices, avatars, prompts"),
        new("Exit", "end the session"),
    ];

    private readonly ReplyScreen _replies = new(screen, conversation, client);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await screen.BusyAsync("Starting a session …", async _ =>
        {
            await conversation.StartAsync(cancellationToken);
            return true;
        });
        Banner();
        var text = new TextChat(screen, conversation, _replies);
        if (options.Text)
        {
            await text.RunAsync(cancellationToken);
            return;
        }

        var voice = new VoiceChat(screen, conversation, client, new MachineAudio(Environment.GetEnvironmentVariable("PATH")), _replies);
        var file = new FileChat(screen, conversation, client, _replies);
        var settings = new SettingsView(screen, conversation, client);
        for (var at = 0; ;)
        {
            _replies.Notice();
            screen.Console.WriteLine();
            if (await Menu.ChooseAsync(screen, "What would you like to do?", Items, at, cancellationToken) is not { } chosen
                || chosen == Items.Length - 1)
            {
                return;
            }

            at = chosen;
            if (chosen is not (3 or 5))
            {
                // What takes the screen, or is a menu, shows its own title.
                screen.Console.MarkupLine($"[bold teal]{Items[chosen].Title}[/]");
            }

            await (chosen switch
            {
                0 => text.RunAsync(cancellationToken),
                1 => voice.RunAsync(options.Language, cancellationToken),
                2 => file.RunAsync(options.Language, cancellationToken),
                3 => HistoryView.ShowAsync(screen, conversation, cancellationToken),
                4 => Visualization.ShowAsync(screen, client, conversation.Request, cancellationToken),
                _ => settings.RunAsync(cancellationToken),
            });
        }
    }

    private void Banner()
    {
        var request = conversation.Request;
        screen.Console.MarkupLineInterpolated($"[bold teal]AvatarGrains[/] [grey]at[/] {client.Server}");
        var facts = new[] { ("model", request.LlmType), ("voice", request.TtsType), ("recognizer", request.SttType), ("avatar", request.ModelStyle) };
        screen.Note(string.Join(" · ", facts.Where(fact => fact.Item2 is not null).Select(fact => $"{fact.Item1} {fact.Item2}")));
    }
}

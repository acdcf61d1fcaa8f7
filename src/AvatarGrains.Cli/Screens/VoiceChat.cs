using AvatarGrains.Cli.Audio;
using AvatarGrains.Cli.Chat;
using AvatarGrains.Cli.Terminal;
using AvatarGrains.Client.Rest;
using Spectre.Console;

namespace AvatarGrains.Cli.Screens;

/// <summary>Chat by voice, through the machine's microphone and loudspeaker.</summary>
internal sealed class VoiceChat(Screen screen, Conversation conversation, PersoClient client, MachineAudio audio, ReplyScreen replies)
{
    private const int MeterWidth = 24;

    public async Task RunAsync(string? language, CancellationToken cancellationToken)
    {
        audio.Probe();
        if (!conversation.Can("STT") || audio.NoRecorder is not null)
        {
            screen.Warn(audio.NoRecorder ?? "This session does not recognize speech: start with --capability LLM TTS STT.");
            return;
        }

        if (conversation.Can("TTS") && audio.NoPlayer is { } mute)
        {
            screen.Note(mute);
        }

        screen.Note("Enter starts recording, Enter again sends it. Any key silences the avatar. Esc goes back.");
        while (await WantsToSpeakAsync(cancellationToken))
        {
            var (recording, sent) = await RecordAsync(cancellationToken);
            if (recording.Problem is { } problem)
            {
                screen.Warn($"{problem} Voice file chat takes a recording instead.");
                return;
            }

            if (sent && recording.Pcm.Length > 0 && await HearAsync(recording, language, cancellationToken) is { } words)
            {
                screen.Say("You", "aqua", words);
                await replies.ShowAsync(words, conversation.Can("TTS") && audio.NoPlayer is null ? audio : null, cancellationToken);
            }
        }
    }

    private async Task<bool> WantsToSpeakAsync(CancellationToken cancellationToken)
    {
        screen.Console.Markup("[grey]Enter to speak, Esc to go back[/]");
        try
        {
            while (true)
            {
                var key = await screen.Keys.ReadAsync(cancellationToken);
                if (key.Key is ConsoleKey.Enter or ConsoleKey.Spacebar)
                {
                    return true;
                }

                if (key.Key == ConsoleKey.Escape || key.KeyChar is 'q' or 'Q')
                {
                    return false;
                }
            }
        }
        finally
        {
            screen.Raw("\r\u001b[K");
        }
    }

    private async Task<(Recording Recording, bool Sent)> RecordAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var recording = audio.RecordAsync(Meter, stop.Token);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sent = true;
        while (!recording.IsCompleted)
        {
            var key = screen.Keys.ReadAsync(done.Token).AsTask();
            if (await Task.WhenAny(recording, key) == recording)
            {
                await done.CancelAsync();
                await ((Task)key).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                break;
            }

            var pressed = await key;
            sent = pressed.Key != ConsoleKey.Escape;
            if (!sent || pressed.Key is ConsoleKey.Enter or ConsoleKey.Spacebar)
            {
                await stop.CancelAsync();
                break;
            }
        }

        var result = await recording;
        screen.Raw("\r\u001b[K");
        return (result, sent);
    }

    private void Meter(double peak, double seconds)
    {
        // 48 dB over the width.
        var decibels = peak <= 0 ? -48 : Math.Max(-48, 20 * Math.Log10(peak));
        var bars = (int)Math.Round((decibels + 48) / 48 * MeterWidth);
        screen.Raw("\r\u001b[K");
        screen.Console.Markup(
            $"[red]●[/] {TimeSpan.FromSeconds(seconds):m\\:ss} [green]{new string('|', bars)}[/][grey]{new string('.', MeterWidth - bars)}[/] "
                + "[grey]Enter sends, Esc drops it[/]");
    }

    private async Task<string?> HearAsync(Recording recording, string? language, CancellationToken cancellationToken)
    {
        var wave = AudioFile.Wave(recording.Pcm, AudioProgram.RecordingRate);
        try
        {
            var words = await screen.BusyAsync(
                "Listening …",
                _ => conversation.TranscribeAsync(() => new MemoryStream(wave), "voice.wav", "audio/wav", language, cancellationToken));
            if (words.Length > 0)
            {
                return words;
            }

            screen.Note("Nothing was understood.");
        }
        catch (PersoClientException error)
        {
            screen.Warn(Failure.Line(error, client));
        }

        return null;
    }
}

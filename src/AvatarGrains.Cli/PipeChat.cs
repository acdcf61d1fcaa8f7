using AvatarGrains.Cli.Audio;
using AvatarGrains.Cli.Chat;

namespace AvatarGrains.Cli;

/// <summary>Chat without a person at the terminal: replies and nothing else go to the output, everything else to the errors.</summary>
internal sealed class PipeChat(Conversation conversation, ChatOptions options, TextWriter output, TextWriter errors)
{
    private int _spoken;

    /// <summary>Answers the one message, the one recording, or each line that comes.</summary>
    public async Task RunAsync(TextReader input, CancellationToken cancellationToken)
    {
        if (options.VoiceFile is { } path)
        {
            await AnswerAsync(await HearAsync(path, cancellationToken), cancellationToken);
        }
        else if (options.Message is { } message)
        {
            await AnswerAsync(message, cancellationToken);
        }
        else
        {
            // The console's reader blocks its caller even when asked to read in the background.
            while (await Task.Run(input.ReadLine, CancellationToken.None).WaitAsync(cancellationToken) is { } line)
            {
                if (line.Trim().Length > 0)
                {
                    await AnswerAsync(line, cancellationToken);
                }
            }
        }

        Notice();
    }

    private async Task<string> HearAsync(string path, CancellationToken cancellationToken)
    {
        var file = VoiceFile.Open(path);
        var words = await conversation.TranscribeAsync(
            () => File.OpenRead(file.Path), file.SendName, file.MediaType, options.Language, cancellationToken);
        if (words.Length == 0)
        {
            throw new CliException($"Nothing was understood in {file.Path}.");
        }

        await errors.WriteLineAsync($"heard: {words.Replace('\n', ' ')}");
        return words;
    }

    private async Task AnswerAsync(string message, CancellationToken cancellationToken)
    {
        if (message.Trim().Length == 0)
        {
            throw new CliException("The message is empty.", ExitCode.Usage);
        }

        var reply = "";
        try
        {
            await foreach (var piece in conversation.AskAsync(message, cancellationToken))
            {
                reply += piece;
                await output.WriteAsync(piece);
                await output.FlushAsync(cancellationToken);
            }
        }
        finally
        {
            // A reply that broke off ends with a line feed too.
            if (reply.Length > 0 && !reply.EndsWith('\n'))
            {
                await output.WriteLineAsync();
                await output.FlushAsync(CancellationToken.None);
            }
        }

        Notice();
        if (options.SpeakTo is { } path && reply.Trim().Length > 0)
        {
            await SpeakAsync(path, reply, cancellationToken);
        }
    }

    private async Task SpeakAsync(string path, string reply, CancellationToken cancellationToken)
    {
        var speech = await conversation.SpeakAsync(reply.Trim(), cancellationToken);
        // The second reply goes to NAME-2.
        var target = ++_spoken == 1
            ? path
            : Path.Join(Path.GetDirectoryName(path), $"{Path.GetFileNameWithoutExtension(path)}-{_spoken}{Path.GetExtension(path)}");
        try
        {
            await File.WriteAllBytesAsync(target, speech, cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"{target} cannot be written: {error.Message}");
        }
    }

    private void Notice()
    {
        if (conversation.TakeNotice() is { } notice)
        {
            errors.WriteLine($"avatar: {notice}");
        }
    }
}

using AvatarGrains.Cli.Audio;
using AvatarGrains.Cli.Chat;
using AvatarGrains.Cli.Terminal;
using AvatarGrains.Client.Rest;

namespace AvatarGrains.Cli.Screens;

/// <summary>
/// Asks, shows the reply as it comes, and speaks it where that is wanted. Failures become a line; only a cancelled token comes out.
/// </summary>
internal sealed class ReplyScreen(Screen screen, Conversation conversation, PersoClient client)
{
    public async Task ShowAsync(string message, MachineAudio? audio, CancellationToken cancellationToken)
    {
        using var quiet = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var spoken = audio is null ? null : new SpokenReply(conversation, audio, quiet.Token);
        var view = new ReplyView(screen, "Avatar", "green");
        try
        {
            await using var pieces = conversation.AskAsync(message, cancellationToken).GetAsyncEnumerator(cancellationToken);
            for (var more = await screen.BusyAsync("Thinking …", _ => pieces.MoveNextAsync().AsTask()); more; more = await pieces.MoveNextAsync())
            {
                view.Push(pieces.Current);
                spoken?.Push(pieces.Current);
            }

            view.End();
        }
        catch (PersoClientException error)
        {
            view.End();
            screen.Warn(Failure.Line(error, client));
        }
        finally
        {
            await HearAsync(spoken, quiet, cancellationToken);
        }

        Notice();
    }

    /// <summary>Shows what the user should know about the session.</summary>
    public void Notice()
    {
        if (conversation.TakeNotice() is { } notice)
        {
            screen.Warn(notice);
        }
    }

    private async Task HearAsync(SpokenReply? spoken, CancellationTokenSource quiet, CancellationToken cancellationToken)
    {
        if (spoken is null)
        {
            return;
        }

        var playing = spoken.FinishAsync();
        using var typed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var key = screen.Keys.ReadAsync(typed.Token).AsTask();
        if (await Task.WhenAny(playing, key) == key)
        {
            // Any key silences the avatar.
            await quiet.CancelAsync();
        }

        await typed.CancelAsync();
        if (await playing is { } problem)
        {
            screen.Warn(problem);
        }

        await ((Task)key).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}

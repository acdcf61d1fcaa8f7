using System.Threading.Channels;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Turns;

namespace AvatarGrains.Edge;

/// <summary>
/// Hands one client's commands to its session, in order, off the loop. The subscription stands before the first command goes out. A command
/// does not wait for the answer to the one before it, which comes when that is stored: an interruption takes effect at once.
/// </summary>
internal sealed class CommandPump(ISession session, ISessionSink sink, Action<EdgeEvent> report, int capacity)
{
    private const int MostUnanswered = 64;

    private readonly Channel<SessionCommand> _commands = Channel.CreateBounded<SessionCommand>(
        new BoundedChannelOptions(capacity) { SingleReader = true, SingleWriter = true });

    private readonly Channel<(SessionCommand Command, Task<CommandResult> Answer)> _sent =
        Channel.CreateBounded<(SessionCommand, Task<CommandResult>)>(
            new BoundedChannelOptions(MostUnanswered) { SingleReader = true, SingleWriter = true });

    private SessionCommand? _farewell;

    /// <summary>Puts a command in line.</summary>
    /// <returns>False when the line is full.</returns>
    public bool Post(SessionCommand command) => _commands.Writer.TryWrite(command);

    /// <summary>Ends the pump after what is in line and, at last, <paramref name="farewell"/>.</summary>
    public void Complete(SessionCommand? farewell)
    {
        _farewell = farewell;
        _commands.Writer.TryComplete();
    }

    /// <summary>Runs until <see cref="Complete"/>.</summary>
    public async Task RunAsync()
    {
        IAsyncDisposable? subscription = null;
        try
        {
            subscription = await session.SubscribeAsync(sink, CancellationToken.None);
            await Task.WhenAll(SendAllAsync(), ReportAllAsync());
        }
        catch (SessionRejectedException rejected)
        {
            report(new EdgeFailed(rejected.Message));
        }
        finally
        {
            if (subscription is not null)
            {
                await subscription.DisposeAsync();
            }
        }
    }

    private async Task SendAllAsync()
    {
        try
        {
            await foreach (var command in _commands.Reader.ReadAllAsync())
            {
                await SendAsync(command);
            }

            if (_farewell is { } farewell)
            {
                await SendAsync(farewell);
            }
        }
        finally
        {
            _sent.Writer.TryComplete();
        }
    }

    private ValueTask SendAsync(SessionCommand command) =>
        _sent.Writer.WriteAsync((command, session.SendAsync(command, CancellationToken.None).AsTask()));

    private async Task ReportAllAsync()
    {
        await foreach (var (command, answer) in _sent.Reader.ReadAllAsync())
        {
            Report(command, await answer);
        }
    }

    private void Report(SessionCommand command, CommandResult result)
    {
        if (result.Reject == RejectReason.UnknownSession)
        {
            report(new EdgeFailed(result.Detail));
        }
        else if (!result.Accepted)
        {
            report(new CommandRefused(command, result));
        }
        else if (command is Perform { Request: { Kind: TurnKind.Ask, Id: { } id } })
        {
            report(new QuestionTaken(id));
        }
    }
}

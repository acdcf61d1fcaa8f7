using System.Threading.Channels;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Edge;

/// <summary>Hands one client's commands to its session, in order, off the loop. The subscription stands before the first command goes out.</summary>
internal sealed class CommandPump(ISessionHost host, string sessionId, ISessionSink sink, Action<EdgeEvent> report, int capacity)
{
    private readonly Channel<SessionCommand> _commands = Channel.CreateBounded<SessionCommand>(
        new BoundedChannelOptions(capacity) { SingleReader = true, SingleWriter = true });

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
            subscription = await host.SubscribeAsync(sessionId, sink, CancellationToken.None);
            await foreach (var command in _commands.Reader.ReadAllAsync())
            {
                await SendAsync(command);
            }

            if (_farewell is { } farewell)
            {
                await SendAsync(farewell);
            }
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

    private async ValueTask SendAsync(SessionCommand command)
    {
        var result = await host.SendAsync(sessionId, command, CancellationToken.None);
        if (result.Reject == RejectReason.UnknownSession)
        {
            report(new EdgeFailed(result.Detail));
        }
        else if (!result.Accepted)
        {
            report(new CommandRefused(command, result));
        }
        else if (command is Ask { Id: { } id })
        {
            report(new QuestionTaken(id));
        }
    }
}

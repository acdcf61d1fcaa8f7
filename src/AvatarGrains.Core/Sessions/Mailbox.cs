using System.Threading.Channels;

namespace AvatarGrains.Core.Sessions;

/// <summary>
/// A session's one queue. What comes from outside is bounded here and refused when the session is behind; what comes from the session's own tasks is bounded
/// by their number, and always taken.
/// </summary>
internal sealed class Mailbox(int capacity)
{
    private readonly Channel<SessionMessage> _channel =
        Channel.CreateUnbounded<SessionMessage>(new UnboundedChannelOptions { SingleReader = true });

    private int _outside;

    public ChannelReader<SessionMessage> Reader => _channel.Reader;

    /// <summary>Takes a message of the session's own tasks.</summary>
    /// <returns>False when the session is over.</returns>
    public bool Post(SessionMessage message) => _channel.Writer.TryWrite(message);

    /// <summary>Takes a message from outside unless too many wait.</summary>
    public MailboxVerdict Offer(SessionMessage message)
    {
        if (Interlocked.Increment(ref _outside) > capacity)
        {
            Interlocked.Decrement(ref _outside);
            return MailboxVerdict.Full;
        }

        message.FromOutside = true;
        if (_channel.Writer.TryWrite(message))
        {
            return MailboxVerdict.Taken;
        }

        Interlocked.Decrement(ref _outside);
        return MailboxVerdict.Closed;
    }

    /// <summary>The reader is done with a message.</summary>
    public void Release(SessionMessage message)
    {
        if (message.FromOutside)
        {
            message.FromOutside = false;
            Interlocked.Decrement(ref _outside);
        }
    }

    public void Close() => _channel.Writer.TryComplete();
}

internal enum MailboxVerdict
{
    Taken,
    Full,
    Closed,
}

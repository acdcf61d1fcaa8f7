namespace AvatarGrains.Core.Sessions;

/// <summary>
/// A session's one queue, emptied on the scheduler that the session was given, which runs one thing at a time. What is handed over on that
/// scheduler is handled there and then. What comes from outside is bounded and refused when the session is behind; what comes from the
/// session's own tasks is bounded by their number.
/// </summary>
/// <param name="turns">Runs the session's code, one thing at a time: its grain's scheduler.</param>
/// <param name="capacity">Messages from outside that may be unanswered at once.</param>
/// <param name="handle">Handles one message; does not throw.</param>
internal sealed class Mailbox(TaskScheduler turns, int capacity, Action<SessionMessage> handle)
{
    private readonly Lock _lock = new();
    private readonly Queue<SessionMessage> _waiting = new();
    private int _outside;
    private bool _emptying;
    private bool _closed;

    /// <summary>Takes a message of the session's own tasks.</summary>
    /// <returns>False when the session is over.</returns>
    public bool Post(SessionMessage message)
    {
        lock (_lock)
        {
            if (_closed)
            {
                return false;
            }

            _waiting.Enqueue(message);
            if (_emptying)
            {
                return true;
            }

            _emptying = true;
        }

        Start();
        return true;
    }

    /// <summary>Takes a message from outside unless too many are unanswered.</summary>
    public MailboxVerdict Offer(SessionMessage message)
    {
        if (Interlocked.Increment(ref _outside) > capacity)
        {
            Interlocked.Decrement(ref _outside);
            return MailboxVerdict.Full;
        }

        message.FromOutside = true;
        if (Post(message))
        {
            return MailboxVerdict.Taken;
        }

        Interlocked.Decrement(ref _outside);
        return MailboxVerdict.Closed;
    }

    /// <summary>A message has been answered.</summary>
    public void Release(SessionMessage message)
    {
        if (message.FromOutside)
        {
            message.FromOutside = false;
            Interlocked.Decrement(ref _outside);
        }
    }

    /// <summary>Takes nothing more.</summary>
    /// <returns>What is left.</returns>
    public IReadOnlyList<SessionMessage> Close()
    {
        lock (_lock)
        {
            _closed = true;
            SessionMessage[] left = [.. _waiting];
            _waiting.Clear();
            return left;
        }
    }

    private void Start()
    {
        if (TaskScheduler.Current == turns)
        {
            Empty();
            return;
        }

        // What the session does must not run in the context of whoever wrote to it.
        var flow = ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow();
        try
        {
            _ = Task.Factory.StartNew(
                static mailbox => ((Mailbox)mailbox!).Empty(), this, CancellationToken.None, TaskCreationOptions.DenyChildAttach, turns);
        }
        finally
        {
            flow.Dispose();
        }
    }

    private void Empty()
    {
        while (Next() is { } message)
        {
            handle(message);
        }
    }

    private SessionMessage? Next()
    {
        lock (_lock)
        {
            if (_waiting.TryDequeue(out var message))
            {
                return message;
            }

            _emptying = false;
            return null;
        }
    }
}

internal enum MailboxVerdict
{
    Taken,
    Full,
    Closed,
}

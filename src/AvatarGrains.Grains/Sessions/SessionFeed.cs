using AvatarGrains.Core.Sessions;
using AvatarGrains.Grains.Contracts;
using Microsoft.Extensions.Logging;
using Orleans.Streams;

namespace AvatarGrains.Grains.Sessions;

/// <summary>Follows a feed in the same process. Called under the feed's lock: returns at once and calls nothing of the feed.</summary>
internal interface IFeedListener
{
    void OnOutput(FeedMark at, SessionOutput output);

    /// <summary>Nothing more comes from this activation.</summary>
    void OnClosed();
}

/// <summary>
/// Numbers a session's outputs and gives them to who follows it: to this process at once, to other silos by the session's stream. What
/// comes while an item of the stream is on its way travels together in the next one, so that the first chunk of an answer leaves at once
/// and a burst costs one message. Keeps what of the newest outputs still counts, for followers that come late to it or lost some.
/// Thread-safe.
/// </summary>
/// <param name="stream">The session's stream.</param>
/// <param name="isDirect">Whether it leads straight to its consumers, and so has an end of its own; see <see cref="SessionSilo.IsDirect"/>.</param>
/// <param name="log">Where failures are told.</param>
internal sealed class SessionFeed(IAsyncStream<FeedBatch> stream, bool isDirect, ILogger log) : ISessionSink
{
    private const int MostPerBatch = 64;

    private readonly Lock _lock = new();
    private readonly Guid _epoch = Guid.NewGuid();
    private readonly KeptOutputs _kept = new();
    private readonly Queue<SessionOutput> _waiting = new();
    private IFeedListener[] _listeners = [];
    private bool _remote;
    private bool _closed;
    private long _sequence;
    private long _sent;
    private int _turn;
    private ConversationPhase _phase;
    private Task _pump = Task.CompletedTask;

    public FeedMark Mark
    {
        get
        {
            lock (_lock)
            {
                return new FeedMark(_epoch, _sequence);
            }
        }
    }

    /// <summary>Ends when everything delivered so far has been put on the stream.</summary>
    public Task Sent
    {
        get
        {
            lock (_lock)
            {
                return _pump;
            }
        }
    }

    /// <summary>Another silo follows by the stream from now on.</summary>
    /// <param name="here">This silo.</param>
    /// <param name="seen">How far it followed the session before; default when it did not.</param>
    public AttachReply Join(SiloAddress here, FeedMark seen)
    {
        lock (_lock)
        {
            if (!_remote)
            {
                (_remote, _sent) = (true, _sequence);
            }

            return Reply(here, seen);
        }
    }

    /// <summary>This process follows from now on.</summary>
    /// <param name="listener">Told everything that comes after the reply's mark.</param>
    /// <param name="here">This silo.</param>
    /// <param name="seen">How far it followed the session before; default when it did not.</param>
    /// <returns>Null when the feed has ended.</returns>
    public AttachReply? Join(IFeedListener listener, SiloAddress here, FeedMark seen)
    {
        lock (_lock)
        {
            if (_closed)
            {
                return null;
            }

            _listeners = [.. _listeners, listener];
            return Reply(here, seen);
        }
    }

    public void Leave(IFeedListener listener)
    {
        lock (_lock)
        {
            _listeners = Array.FindAll(_listeners, l => !ReferenceEquals(l, listener));
        }
    }

    public void Deliver(SessionOutput output)
    {
        lock (_lock)
        {
            _sequence++;
            _turn = output.Turn;
            if (output is PhaseChanged phase)
            {
                _phase = phase.Phase;
            }

            _kept.Add(output);
            foreach (var listener in _listeners)
            {
                listener.OnOutput(new FeedMark(_epoch, _sequence), output);
            }

            if (_remote)
            {
                Send(output);
            }
        }
    }

    /// <summary>
    /// Tells followers that this activation has nothing more to say. A stream that goes through a queue has no end of its own, so there it
    /// is an item.
    /// </summary>
    /// <param name="moved">The session goes on elsewhere: followers are to look for it.</param>
    public async Task CloseAsync(bool moved)
    {
        IFeedListener[] listeners;
        lock (_lock)
        {
            _closed = true;
            (listeners, _listeners) = (_listeners, []);
        }

        foreach (var listener in listeners)
        {
            listener.OnClosed();
        }

        await Sent;
        if (!_remote)
        {
            return;
        }

        if (isDirect)
        {
            await stream.OnCompletedAsync();
        }
        else if (moved)
        {
            await PutAsync(new FeedBatch(_epoch, _sent + 1, []) { Over = true });
        }
    }

    private AttachReply Reply(SiloAddress here, FeedMark seen)
    {
        var missed = seen.Epoch == default ? null : _kept.After(_epoch, _sequence, seen);
        return new AttachReply(new FeedMark(_epoch, _sequence), _turn, _phase, here, missed);
    }

    private void Send(SessionOutput output)
    {
        if (output is TurnBegan)
        {
            DropStale(output.Turn);
        }

        _waiting.Enqueue(output);
        if (_pump.IsCompleted)
        {
            _pump = Task.Run(PumpAsync);
        }
    }

    /// <summary>Speech that is not on its way yet and that nobody may hear any more is never sent; its number becomes an empty place.</summary>
    private void DropStale(int turn)
    {
        for (var i = _waiting.Count; i > 0; i--)
        {
            var output = _waiting.Dequeue();
            _waiting.Enqueue(output is SpeechChunk chunk && chunk.Turn < turn ? chunk.WithoutSpeech() : output);
        }
    }

    private async Task PumpAsync()
    {
        while (Take() is { } batch)
        {
            await PutAsync(batch);
        }
    }

    private async Task PutAsync(FeedBatch batch)
    {
        try
        {
            await stream.OnNextAsync(batch);
        }
        catch (Exception e)
        {
            // Streams fail in their own ways. Consumers see the gap in the numbers and ask for the feed anew.
            log.LogWarning(e, "A session's outputs could not be put on its stream.");
        }
    }

    private FeedBatch? Take()
    {
        lock (_lock)
        {
            if (_waiting.Count == 0)
            {
                // Completed under the lock, so that no output falls between.
                _pump = Task.CompletedTask;
                return null;
            }

            var outputs = new SessionOutput?[Math.Min(_waiting.Count, MostPerBatch)];
            for (var i = 0; i < outputs.Length; i++)
            {
                outputs[i] = _waiting.Dequeue();
            }

            var first = _sent + 1;
            _sent += outputs.Length;
            return new FeedBatch(_epoch, first, outputs);
        }
    }
}

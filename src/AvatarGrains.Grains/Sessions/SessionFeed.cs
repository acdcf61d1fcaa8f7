using AvatarGrains.Grains.Contracts;
using AvatarGrains.Core.Sessions;
using Microsoft.Extensions.Logging;
using Orleans.Streams;

namespace AvatarGrains.Grains.Sessions;

/// <summary>
/// Numbers a session's outputs and puts them on its stream. What comes while an item is on its way travels together in the next one, so that the first chunk of
/// an answer leaves at once and a burst costs one message. Keeps what of the newest outputs still counts, for silos that come late to it or lost some. Thread-safe.
/// </summary>
/// <param name="stream">The session's stream.</param>
/// <param name="isDirect">Whether it leads straight to its consumers, and so has an end of its own; see <see cref="SessionSilo.IsDirect"/>.</param>
/// <param name="log">Where failures are told.</param>
internal sealed class SessionFeed(IAsyncStream<FeedBatch> stream, bool isDirect, ILogger log) : ISessionSink
{
    private const int MostPerBatch = 64;

    /// <summary>More than a minute and a half of speech.</summary>
    private const int MostKept = 256;
    private const int MostKeptIdle = 16;

    private readonly Lock _lock = new();
    private readonly Guid _epoch = Guid.NewGuid();
    private readonly Queue<SessionOutput> _waiting = new();
    private readonly List<SessionOutput?> _kept = [];
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

    /// <summary>Ends when everything delivered so far has been sent.</summary>
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

    /// <summary>Where a silo joins, with what it missed if it got the feed before: of this activation what came after, of another one's successor everything.</summary>
    public AttachReply Join(SiloAddress here, FeedMark seen)
    {
        lock (_lock)
        {
            FeedBatch? missed = null;
            if (seen.Epoch != default)
            {
                var before = _sequence - _kept.Count;
                var skip = seen.Epoch == _epoch ? (int)Math.Max(0, seen.Sequence - before) : 0;
                missed = new FeedBatch(_epoch, before + skip + 1, [.. _kept.Skip(skip).Select(o => o is null ? null : OutputWire.From(o))]);
            }

            return new AttachReply(null, new FeedMark(_epoch, _sequence), _turn, (int)_phase, here, missed);
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

            if (output is TurnBegan)
            {
                DropStale(output.Turn);
            }

            Keep(output);
            _waiting.Enqueue(output);
            if (_pump.IsCompleted)
            {
                _pump = Task.Run(PumpAsync);
            }
        }
    }

    /// <summary>Speech that is not on its way yet and that nobody may hear any more is never sent; its number becomes an empty place.</summary>
    private void DropStale(int turn)
    {
        for (var i = _waiting.Count; i > 0; i--)
        {
            var output = _waiting.Dequeue();
            _waiting.Enqueue(output is SpeechChunk chunk && chunk.Turn < turn ? new SpeechChunk(chunk.Turn, chunk.Segment, chunk.Sequence, [], [], 0, chunk.Last) : output);
        }
    }

    /// <summary>Speech counts until it has played or a newer turn begins.</summary>
    private void Keep(SessionOutput output)
    {
        var idle = output is PhaseChanged { Phase: ConversationPhase.Idle };
        if (idle || output is TurnBegan)
        {
            for (var i = 0; i < _kept.Count; i++)
            {
                _kept[i] = _kept[i] is SegmentBegan or SpeechChunk ? null : _kept[i];
            }
        }

        _kept.Add(output);
        var most = idle ? MostKeptIdle : MostKept;
        if (_kept.Count > most)
        {
            _kept.RemoveRange(0, _kept.Count - most);
        }
    }

    /// <summary>Tells consumers that this activation has nothing more to say. A stream that goes through a queue has no end of its own, so there it is an item.</summary>
    /// <param name="moved">The session goes on elsewhere: consumers are to look for it.</param>
    public async Task CloseAsync(bool moved)
    {
        await Sent;
        if (isDirect)
        {
            await stream.OnCompletedAsync();
        }
        else if (moved)
        {
            await PutAsync(new FeedBatch(_epoch, _sent + 1, []) { Over = true });
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

            var outputs = new OutputWire?[Math.Min(_waiting.Count, MostPerBatch)];
            for (var i = 0; i < outputs.Length; i++)
            {
                outputs[i] = OutputWire.From(_waiting.Dequeue());
            }

            var first = _sent + 1;
            _sent += outputs.Length;
            return new FeedBatch(_epoch, first, outputs);
        }
    }
}

using AvatarGrains.Core.Sessions;
using AvatarGrains.Grains.Contracts;

namespace AvatarGrains.Grains.Handles;

/// <summary>
/// Follows the outputs of one session through its activations: takes them in order, notices when some are missing, and lets callers wait
/// for a place in them. Not thread-safe: its owner calls it under a lock.
/// </summary>
/// <param name="deliver">Takes the outputs.</param>
internal sealed class FeedReader(Action<SessionOutput> deliver)
{
    private readonly List<(long Sequence, TaskCompletionSource Reached)> _waiting = [];
    private readonly List<TaskCompletionSource> _quiet = [];

    /// <summary>The newest output taken; default before the first attachment.</summary>
    public FeedMark Mark { get; private set; }

    public int Turn { get; private set; }

    public ConversationPhase Phase { get; private set; }

    public bool IsAttached => Mark.Epoch != default;

    /// <summary>Nothing more is taken: the session has ended, or nobody here follows it.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Goes on after what an attachment says, with what was missed before it.</summary>
    public void Attach(AttachReply reply)
    {
        if (reply.Missed is { } missed)
        {
            CatchUp(reply, missed);
        }
        else
        {
            (Mark, Turn, Phase) = (reply.Mark, reply.Turn, reply.Phase);
        }

        Release();
    }

    /// <returns>False when outputs are missing before these.</returns>
    public bool Take(FeedBatch batch)
    {
        if (batch.First > Mark.Sequence + 1)
        {
            return false;
        }

        for (var i = (int)(Mark.Sequence + 1 - batch.First); i < batch.Outputs.Length && !IsOver; i++)
        {
            Mark = Mark with { Sequence = batch.First + i };
            if (batch.Outputs[i] is { } output)
            {
                TakeNext(output);
            }
        }

        Release();
        NoteQuiet();
        return true;
    }

    /// <returns>False when outputs are missing before it.</returns>
    public bool Take(FeedMark at, SessionOutput output)
    {
        if (at.Sequence > Mark.Sequence + 1)
        {
            return false;
        }

        if (at.Sequence == Mark.Sequence + 1 && !IsOver)
        {
            Mark = at;
            TakeNext(output);
            Release();
            NoteQuiet();
        }

        return true;
    }

    /// <summary>Ends when everything up to a mark of the present activation has been taken.</summary>
    public Task ReachAsync(FeedMark mark)
    {
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.Add((mark.Sequence, source));
        Release();
        return source.Task;
    }

    /// <summary>Ends when the avatar has nothing more to say for now.</summary>
    public Task QuietAsync()
    {
        var quiet = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _quiet.Add(quiet);
        NoteQuiet();
        return quiet.Task;
    }

    /// <summary>Takes nothing more; nobody waits any longer.</summary>
    public void Close()
    {
        IsOver = true;
        Release();
        NoteQuiet();
    }

    /// <summary>Gives what was missed. What another activation said before is of a turn that nobody continues.</summary>
    private void CatchUp(AttachReply reply, FeedBatch missed)
    {
        var moved = Mark.Epoch != reply.Mark.Epoch;
        if (moved && !missed.Outputs.Any(o => o is TurnBegan))
        {
            deliver(new TurnBegan(missed.Outputs.FirstOrDefault(o => o is not null)?.Turn ?? reply.Turn));
        }

        if (moved || missed.First > Mark.Sequence + 1)
        {
            Mark = new FeedMark(reply.Mark.Epoch, missed.First - 1);
        }

        // The old attachment to the same activation may have brought some of it since it was asked for.
        Take(missed);
        if (!IsOver && Mark == reply.Mark && (Phase != reply.Phase || (moved && !missed.Outputs.Any(o => o is PhaseChanged))))
        {
            (Turn, Phase) = (reply.Turn, reply.Phase);
            deliver(new PhaseChanged(Turn, Phase));
        }
    }

    private void TakeNext(SessionOutput output)
    {
        Turn = output.Turn;
        if (output is PhaseChanged phase)
        {
            Phase = phase.Phase;
        }

        deliver(output);
        if (output is SessionEnded)
        {
            Close();
        }
    }

    private void NoteQuiet()
    {
        if (IsOver || Phase is ConversationPhase.Idle or ConversationPhase.Listening)
        {
            _quiet.ForEach(q => q.TrySetResult());
            _quiet.Clear();
        }
    }

    private void Release()
    {
        for (var i = _waiting.Count - 1; i >= 0; i--)
        {
            if (IsOver || _waiting[i].Sequence <= Mark.Sequence)
            {
                _waiting[i].Reached.TrySetResult();
                _waiting.RemoveAt(i);
            }
        }
    }
}

using AvatarGrains.Core.Storage;
using Microsoft.Extensions.Logging;

namespace AvatarGrains.Core.Sessions;

/// <summary>
/// Stores a session's changes beside what the session does: nothing waits for the store but the answers to those who caused the changes.
/// Owned by the session.
/// </summary>
/// <param name="journal">What is to be stored.</param>
/// <param name="runtime">Clock, log.</param>
/// <param name="mailbox">Told when a message is answered.</param>
/// <param name="written">Called after each write that succeeded, and after one that failed.</param>
/// <param name="lost">Called when another writer owns the session.</param>
internal sealed class SessionSaver(
    SessionJournal journal, SessionRuntime runtime, Mailbox mailbox, Action<bool> written, Action<StorageConflictException> lost)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Queue<(long Changes, SessionMessage Message, Action? Reply)> _unanswered = new();
    private bool _writing;

    /// <summary>When a write that failed is tried again.</summary>
    public TimeSpan? RetryAt { get; private set; }

    /// <summary>Nothing is to be stored.</summary>
    public bool AllStored => !_writing && !journal.Dirty;

    /// <summary>Answers a message once everything that has changed so far is stored.</summary>
    public void Answer(SessionMessage message, Action? reply)
    {
        _unanswered.Enqueue((journal.Changes, message, reply));
        if (RetryAt is not null)
        {
            Refuse();
        }
    }

    /// <summary>Starts writing, if there is anything to write and no write is under way.</summary>
    public void Save()
    {
        if (_writing || !journal.Dirty)
        {
            return;
        }

        RetryAt = null;
        _writing = true;
        _ = WriteAsync();
    }

    /// <summary>Answers whose changes are stored are given.</summary>
    public void GiveAnswers()
    {
        while (_unanswered.TryPeek(out var first) && first.Changes <= journal.Stored)
        {
            _unanswered.Dequeue();
            mailbox.Release(first.Message);
            first.Reply?.Invoke();
        }
    }

    /// <summary>The session is over: whoever still waits for an answer gets a refusal.</summary>
    public void Abandon(SessionRejectedException why)
    {
        while (_unanswered.TryDequeue(out var one))
        {
            mailbox.Release(one.Message);
            one.Message.Abandon(why);
        }
    }

    /// <summary>Never faults.</summary>
    private async Task WriteAsync()
    {
        var good = true;
        try
        {
            while (good && journal.Dirty)
            {
                good = await TryWriteAsync();
            }
        }
        catch (StorageConflictException e)
        {
            _writing = false;
            lost(e);
            return;
        }

        _writing = false;
        written(good);
    }

    private async ValueTask<bool> TryWriteAsync()
    {
        try
        {
            await journal.WriteAsync(CancellationToken.None);
            return true;
        }
        catch (Exception e) when (e is not StorageConflictException)
        {
            // Stores fail in their own ways. Nothing is lost: what was to be written stays and is tried again.
            runtime.Services.Log.LogError(e, "Session {Session} could not be stored; trying again.", journal.Record.Id);
            RetryAt = runtime.Clock.Monotonic + Pause;
            Refuse();
            return false;
        }
    }

    private void Refuse() => Abandon(new SessionRejectedException(RejectReason.EngineFailed, "The session could not be stored."));
}

using AvatarGrains.Core.Storage;

namespace AvatarGrains.Conformance.Scripted;

/// <summary>A store whose process can die: from then on no write comes back.</summary>
public sealed class CutOffStore(ISessionStore inner) : DelegatingSessionStore(inner)
{
    private readonly TaskCompletionSource _never = new();
    private TaskCompletionSource? _last;

    public bool Dead { get; set; }

    /// <summary>Thrown by the next write, once.</summary>
    public Exception? FailNext { get; set; }

    /// <summary>The next write is stored and its answer lost, once.</summary>
    public bool LoseNextAnswer { get; set; }

    /// <summary>Lets the writes of a dead process end, refused, so that what waits for them can be taken down.</summary>
    public void Release() => _never.TrySetException(new StorageConflictException("The process is dead."));

    /// <summary>The next write is stored, and the process dies before it knows.</summary>
    /// <returns>Ends when that has happened.</returns>
    public Task DieAfterNextWrite() => (_last = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public override async ValueTask WriteAsync(SessionWrite write, CancellationToken cancellationToken)
    {
        if (Dead)
        {
            await _never.Task;
        }

        if (FailNext is { } error)
        {
            FailNext = null;
            throw error;
        }

        await base.WriteAsync(write, cancellationToken);
        if (_last is { } last)
        {
            Dead = true;
            last.TrySetResult();
            await _never.Task;
        }

        if (LoseNextAnswer)
        {
            LoseNextAnswer = false;
            throw new StorageUnavailableException("The answer was lost.");
        }
    }
}

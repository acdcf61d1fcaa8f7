using System.Diagnostics;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Conformance.Scripted;

/// <summary>Keeps what a session delivers and lets a test wait for it. It fails the test that waits too long.</summary>
public sealed class RecordingSink : ISessionSink
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private readonly List<SessionOutput> _outputs = [];
    private readonly List<(Func<SessionOutput, bool> Wanted, TaskCompletionSource<SessionOutput> Found)> _waiting = [];

    public IReadOnlyList<SessionOutput> Outputs
    {
        get
        {
            lock (_lock)
            {
                return [.. _outputs];
            }
        }
    }

    public void Deliver(SessionOutput output)
    {
        lock (_lock)
        {
            _outputs.Add(output);
            foreach (var (wanted, found) in _waiting)
            {
                if (wanted(output))
                {
                    found.TrySetResult(output);
                }
            }

            _waiting.RemoveAll(w => w.Found.Task.IsCompleted);
        }
    }

    /// <summary>The first output of a kind, past or coming.</summary>
    public async Task<T> WaitAsync<T>(Func<T, bool>? wanted = null)
        where T : SessionOutput
    {
        bool Matches(SessionOutput o) => o is T t && (wanted is null || wanted(t));
        Task<SessionOutput> found;
        lock (_lock)
        {
            if (_outputs.Find(Matches) is T there)
            {
                return there;
            }

            var source = new TaskCompletionSource<SessionOutput>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((Matches, source));
            found = source.Task;
        }

        try
        {
            return (T)await found.WaitAsync(Patience, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            throw new UnreachableException($"No {typeof(T).Name} came. There were: {string.Join(", ", Outputs)}");
        }
    }
}

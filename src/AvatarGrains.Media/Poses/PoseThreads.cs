using System.Collections.Concurrent;
using AvatarGrains.Native.Threads;

namespace AvatarGrains.Media.Poses;

/// <summary>
/// The threads that draw and encode. A view with requests waits in a queue and is worked on by one thread for a few poses, then goes to the
/// end, so that views share the threads evenly; views with only their idle loop to prepare come when no other has work.
/// </summary>
internal sealed class PoseThreads : IDisposable
{
    private const int PosesInARow = 4;

    private readonly ConcurrentQueue<PoseView> _urgent = new();
    private readonly ConcurrentQueue<PoseView> _idle = new();
    private readonly SemaphoreSlim _signals = new(0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Thread[] _threads;
    private int _started;

    public PoseThreads(int count)
    {
        _threads = new Thread[count];
        for (var i = 0; i < count; i++)
        {
            _threads[i] = new Thread(Work) { IsBackground = true, Name = $"poses {i}" };
        }
    }

    /// <summary>Says that a view has work. Never blocks.</summary>
    public void Signal(PoseView view, bool urgent)
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        if (!view.Enter(urgent))
        {
            return;
        }

        (urgent ? _urgent : _idle).Enqueue(view);
        if (Interlocked.Exchange(ref _started, 1) == 0)
        {
            foreach (var thread in _threads)
            {
                thread.Start();
            }
        }

        _signals.Release();
    }

    /// <summary>Stops the threads after the pose each is at. A signal that comes later does nothing.</summary>
    public void Dispose()
    {
        _stopping.Cancel();
        if (Volatile.Read(ref _started) != 0)
        {
            foreach (var thread in _threads)
            {
                thread.Join();
            }
        }
    }

    private void Work()
    {
        ThreadPriorities.TryLower();
        try
        {
            while (true)
            {
                _signals.Wait(_stopping.Token);
                if (_urgent.TryDequeue(out var view))
                {
                    view.Leave(urgent: true);
                    Serve(view);
                }
                else if (_idle.TryDequeue(out view))
                {
                    view.Leave(urgent: false);
                    Serve(view);
                }
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The library is disposed.
        }
    }

    private void Serve(PoseView view)
    {
        // The thread that works on the view queues it again when it ends, for what is left.
        if (!view.TryBeginWork())
        {
            return;
        }

        var budget = PosesInARow;
        while (budget > 0 && !view.IsDisposed && view.WorkOnce(idleToo: _urgent.IsEmpty))
        {
            budget--;
        }

        view.EndWork();
    }
}

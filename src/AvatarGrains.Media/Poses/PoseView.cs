using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Media;
using AvatarGrains.Media.Backgrounds;

namespace AvatarGrains.Media.Poses;

/// <summary>
/// The poses of one view: a grid read without locks, requests, and the maker that serves them. One worker at a time makes poses, which
/// <see cref="TryBeginWork"/> ensures.
/// </summary>
internal sealed class PoseView : IDisposable
{
    /// <summary>One video frame in the unit of <see cref="Now"/>.</summary>
    private const long FrameTime = 40_000;

    private const int MaxAhead = 250;

    private readonly PoseLibraryServices _services;
    private readonly ViewBackground _background;
    private readonly PoseRequests _requests;
    private readonly PoseEntry _base;
    private readonly Lock _jpegGate = new();
    private readonly Dictionary<int, TaskCompletionSource<ReadOnlyMemory<byte>>> _jpegWaiting = [];
    private readonly Queue<int> _jpegOrder = new();
    private PoseMaker? _maker;
    private int _working;
    private int _inUrgentLine;
    private int _inIdleLine;
    private long _lastWork;
    private bool _disposed;

    /// <summary>Draws and encodes the key frame.</summary>
    public PoseView(AvatarView view, AvatarInfo avatar, ViewBackground background, PoseLibraryServices services)
    {
        _services = services;
        _background = background;
        _requests = new PoseRequests(services.Options.MaxWaiting);
        View = view;
        Avatar = avatar;
        Grid = new PoseGrid(avatar.LoopFrames);
        _lastWork = services.Time.GetUtcNow().UtcTicks;
        _maker = NewMaker();
        KeyFrame = new EncodedPose(PoseKey.Base, IsKeyFrame: true, _maker.KeyFrame);
        _base = new PoseEntry(Grid, Grid.IndexOf(PoseKey.Base), new EncodedPose(PoseKey.Base, IsKeyFrame: false, _maker.Encode(PoseKey.Base)));
        Grid.Put(_base);
        if (services.Options.PrepareIdleLoop)
        {
            _requests.AddIdle(IdleOrder.Of(view, avatar.LoopFrames).Select(key => Grid.IndexOf(key)));
        }
    }

    public AvatarView View { get; }

    public AvatarInfo Avatar { get; }

    public PoseGrid Grid { get; }

    public EncodedPose KeyFrame { get; }

    /// <summary>When the view last had work, by the clock of the library.</summary>
    public DateTimeOffset LastWork => new(Volatile.Read(ref _lastWork), TimeSpan.Zero);

    /// <summary>True while the view holds a renderer and an encoder.</summary>
    public bool HasMaker => Volatile.Read(ref _maker) is not null;

    public EncodedPose Get(in PoseKey key)
    {
        var normal = Grid.Normalize(key);
        if (normal == PoseKey.Base)
        {
            _services.Counters.Hit();
            return _base.Pose;
        }

        if (Grid.Find(normal) is { } entry)
        {
            entry.Touch(_services.Cache.Now);
            _services.Counters.Hit();
            return entry.Pose;
        }

        _services.Counters.Substitution();
        if (_requests.AddMissed(Grid.IndexOf(normal)))
        {
            _services.Workers.Signal(this, urgent: true);
        }

        var nearest = Grid.FindNearest(normal);
        nearest?.Touch(_services.Cache.Now);
        return (nearest ?? _base).Pose;
    }

    public void Prepare(in PoseKey key, int framesAhead)
    {
        var normal = Grid.Normalize(key);
        if (normal == PoseKey.Base)
        {
            return;
        }

        if (Grid.Find(normal) is { } entry)
        {
            entry.Touch(_services.Cache.Now);
        }
        else if (_requests.AddSoon(Grid.IndexOf(normal), Now + (Math.Clamp(framesAhead, 0, MaxAhead) * FrameTime)))
        {
            _services.Workers.Signal(this, urgent: true);
        }
    }

    public ValueTask<ReadOnlyMemory<byte>> GetJpegAsync(in PoseKey key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var index = Grid.IndexOf(Grid.Normalize(key));
        if (_services.Jpegs.Find(Grid, index) is { } known)
        {
            _services.Counters.JpegHit();
            return new(known);
        }

        Task<ReadOnlyMemory<byte>> made;
        lock (_jpegGate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_jpegWaiting.TryGetValue(index, out var waiting))
            {
                waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
                _jpegWaiting[index] = waiting;
                _jpegOrder.Enqueue(index);
            }

            made = waiting.Task;
        }

        _services.Workers.Signal(this, urgent: true);
        return new(made.WaitAsync(cancellationToken));
    }

    /// <summary>Notes that the view is in a queue of the workers.</summary>
    /// <returns>False when it was there already.</returns>
    public bool Enter(bool urgent) => Interlocked.Exchange(ref urgent ? ref _inUrgentLine : ref _inIdleLine, 1) == 0;

    /// <summary>Notes that the view was taken out of a queue.</summary>
    public void Leave(bool urgent) => Volatile.Write(ref urgent ? ref _inUrgentLine : ref _inIdleLine, 0);

    /// <summary>Takes the right to work on the view; false while another worker has it.</summary>
    public bool TryBeginWork() => Interlocked.Exchange(ref _working, 1) == 0;

    /// <summary>Returns the right to work and handles what came in the meantime: more requests, or the end of the view.</summary>
    public void EndWork()
    {
        Volatile.Write(ref _working, 0);
        if (IsDisposed)
        {
            Dispose();
            return;
        }

        var (urgent, idle) = Pending;
        if (urgent || idle)
        {
            _services.Workers.Signal(this, urgent);
        }
    }

    /// <summary>What waits: pictures and poses, and poses of the idle loop.</summary>
    public (bool Urgent, bool Idle) Pending
    {
        get
        {
            var (urgent, idle) = _requests.Count;
            lock (_jpegGate)
            {
                return (urgent > 0 || _jpegOrder.Count > 0, idle > 0);
            }
        }
    }

    /// <summary>Makes one picture or pose.</summary>
    /// <returns>False when nothing waits.</returns>
    public bool WorkOnce(bool idleToo)
    {
        if (TakeJpeg(out var index, out var waiting))
        {
            MakeJpeg(index, waiting);
        }
        else if (_requests.TryTake(out index, idleToo, Now))
        {
            MakePose(index);
        }
        else
        {
            return false;
        }

        Volatile.Write(ref _lastWork, _services.Time.GetUtcNow().UtcTicks);
        return true;
    }

    /// <summary>Disposes the renderer and encoder, unless a worker uses them now.</summary>
    public void CloseMaker()
    {
        if (!TryBeginWork())
        {
            return;
        }

        _maker?.Dispose();
        Volatile.Write(ref _maker, null);
        EndWork();
    }

    /// <summary>Ends the view once no worker is on it. The poses it has given out stay valid.</summary>
    public void Dispose()
    {
        lock (_jpegGate)
        {
            _disposed = true;
            foreach (var waiting in _jpegWaiting.Values)
            {
                waiting.TrySetCanceled();
            }

            _jpegWaiting.Clear();
            _jpegOrder.Clear();
        }

        // The right to work is taken and not returned; a worker that has it now disposes the view when it ends.
        if (TryBeginWork())
        {
            _maker?.Dispose();
            Volatile.Write(ref _maker, null);
            _background.Dispose();
        }
    }

    /// <summary>True once <see cref="Dispose"/> was called.</summary>
    public bool IsDisposed
    {
        get
        {
            lock (_jpegGate)
            {
                return _disposed;
            }
        }
    }

    /// <summary>Microseconds on the library's clock.</summary>
    private long Now => (long)(_services.Time.GetTimestamp() * (1_000_000.0 / _services.Time.TimestampFrequency));

    private PoseMaker NewMaker()
    {
        var renderer = _services.Rigs.CreateRenderer(View, _background);
        try
        {
            return new PoseMaker(renderer, _services.Options, _services.Counters);
        }
        catch
        {
            renderer.Dispose();
            throw;
        }
    }

    private PoseMaker Maker()
    {
        if (_maker is null)
        {
            var made = NewMaker();
            if (!made.KeyFrame.AsSpan().SequenceEqual(KeyFrame.Data.Span))
            {
                made.Dispose();
                throw new InvalidOperationException($"The base pose of '{View.Avatar}' was drawn differently than before.");
            }

            Volatile.Write(ref _maker, made);
        }

        return _maker!;
    }

    private void MakePose(int index)
    {
        var key = Grid.KeyOf(index);
        if (Grid.Find(key) is not null)
        {
            return;
        }

        try
        {
            var data = Maker().Encode(key);
            _services.Cache.Add(new PoseEntry(Grid, index, new EncodedPose(key, IsKeyFrame: false, data)));
        }
        catch (Exception failure)
        {
            // Whatever fails in one pose must not end the worker that serves all views; the nearest pose is shown instead.
            _requests.Refuse(index);
            _services.Fault(this, key, failure);
        }
    }

    private bool TakeJpeg(out int index, out TaskCompletionSource<ReadOnlyMemory<byte>> waiting)
    {
        lock (_jpegGate)
        {
            if (_jpegOrder.TryDequeue(out index))
            {
                waiting = _jpegWaiting[index];
                return true;
            }
        }

        waiting = null!;
        return false;
    }

    private void MakeJpeg(int index, TaskCompletionSource<ReadOnlyMemory<byte>> waiting)
    {
        try
        {
            var picture = Maker().EncodeJpeg(Grid.KeyOf(index), _services.Options.JpegQuality);
            _services.Jpegs.Add(Grid, index, picture);
            waiting.TrySetResult(picture);
        }
        catch (Exception failure)
        {
            // Reaches the caller through its task.
            _services.Fault(this, Grid.KeyOf(index), failure);
            waiting.TrySetException(failure);
        }

        lock (_jpegGate)
        {
            _jpegWaiting.Remove(index);
        }
    }
}

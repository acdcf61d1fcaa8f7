using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Media;
using AvatarGrains.Media.Backgrounds;

namespace AvatarGrains.Media.Poses;

/// <summary>
/// The poses of one view: a grid read without locks, requests, and the workshop that serves them. Workers call the methods under "one worker at a time";
/// <see cref="TryBeginWork"/> sees to that.
/// </summary>
internal sealed class PoseView : IDisposable
{
    /// <summary>One video frame in the unit of <see cref="Now"/>.</summary>
    private const long FrameTime = 40_000;

    private const int MaxAhead = 250;

    private readonly PoseLibraryServices _shop;
    private readonly ViewBackground _background;
    private readonly PoseRequests _requests;
    private readonly PoseEntry _base;
    private readonly Lock _jpegGate = new();
    private readonly Dictionary<int, TaskCompletionSource<ReadOnlyMemory<byte>>> _jpegWaiting = [];
    private readonly Queue<int> _jpegOrder = new();
    private PoseMaker? _workshop;
    private int _working;
    private int _inUrgentLine;
    private int _inIdleLine;
    private long _lastWork;
    private bool _disposed;

    /// <summary>Draws and encodes the key frame.</summary>
    public PoseView(AvatarView view, AvatarInfo avatar, ViewBackground background, PoseLibraryServices shop)
    {
        _shop = shop;
        _background = background;
        _requests = new PoseRequests(shop.Options.MaxWaiting);
        View = view;
        Avatar = avatar;
        Grid = new PoseGrid(avatar.LoopFrames);
        _lastWork = shop.Time.GetUtcNow().UtcTicks;
        _workshop = NewWorkshop();
        KeyFrame = new EncodedPose(PoseKey.Base, IsKeyFrame: true, _workshop.KeyFrame);
        _base = new PoseEntry(Grid, Grid.IndexOf(PoseKey.Base), new EncodedPose(PoseKey.Base, IsKeyFrame: false, _workshop.Encode(PoseKey.Base)));
        Grid.Put(_base);
        if (shop.Options.PrepareIdleLoop)
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
    public bool HasWorkshop => Volatile.Read(ref _workshop) is not null;

    public EncodedPose Get(in PoseKey key)
    {
        var normal = Grid.Normalize(key);
        if (normal == PoseKey.Base)
        {
            _shop.Counters.Hit();
            return _base.Pose;
        }

        if (Grid.Find(normal) is { } entry)
        {
            entry.Touch(_shop.Cache.Now);
            _shop.Counters.Hit();
            return entry.Pose;
        }

        _shop.Counters.Substitution();
        if (_requests.AddMissed(Grid.IndexOf(normal)))
        {
            _shop.Workers.Signal(this, urgent: true);
        }

        var nearest = Grid.FindNearest(normal);
        nearest?.Touch(_shop.Cache.Now);
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
            entry.Touch(_shop.Cache.Now);
        }
        else if (_requests.AddSoon(Grid.IndexOf(normal), Now + (Math.Clamp(framesAhead, 0, MaxAhead) * FrameTime)))
        {
            _shop.Workers.Signal(this, urgent: true);
        }
    }

    public ValueTask<ReadOnlyMemory<byte>> GetJpegAsync(in PoseKey key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var index = Grid.IndexOf(Grid.Normalize(key));
        if (_shop.Jpegs.Find(Grid, index) is { } known)
        {
            _shop.Counters.JpegHit();
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

        _shop.Workers.Signal(this, urgent: true);
        return new(made.WaitAsync(cancellationToken));
    }

    /// <summary>Notes that the view stands in a line of the workers.</summary>
    /// <returns>False when it stood there already.</returns>
    public bool Enter(bool urgent) => Interlocked.Exchange(ref urgent ? ref _inUrgentLine : ref _inIdleLine, 1) == 0;

    /// <summary>Notes that the view was taken out of a line.</summary>
    public void Leave(bool urgent) => Volatile.Write(ref urgent ? ref _inUrgentLine : ref _inIdleLine, 0);

    /// <summary>Takes the right to work on the view; false while another worker has it.</summary>
    public bool TryBeginWork() => Interlocked.Exchange(ref _working, 1) == 0;

    /// <summary>Gives the right back, and sees to what came in the meantime: more requests, or the end of the view.</summary>
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
            _shop.Workers.Signal(this, urgent);
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

        Volatile.Write(ref _lastWork, _shop.Time.GetUtcNow().UtcTicks);
        return true;
    }

    /// <summary>Gives the renderer and encoder up, unless a worker uses them now.</summary>
    public void CloseWorkshop()
    {
        if (!TryBeginWork())
        {
            return;
        }

        _workshop?.Dispose();
        Volatile.Write(ref _workshop, null);
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

        // The right to work is taken for good; a worker that has it now comes here again when it ends.
        if (TryBeginWork())
        {
            _workshop?.Dispose();
            Volatile.Write(ref _workshop, null);
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
    private long Now => (long)(_shop.Time.GetTimestamp() * (1_000_000.0 / _shop.Time.TimestampFrequency));

    private PoseMaker NewWorkshop()
    {
        var renderer = _shop.Rigs.CreateRenderer(View, _background);
        try
        {
            return new PoseMaker(renderer, _shop.Options, _shop.Counters);
        }
        catch
        {
            renderer.Dispose();
            throw;
        }
    }

    private PoseMaker Workshop()
    {
        if (_workshop is null)
        {
            var made = NewWorkshop();
            if (!made.KeyFrame.AsSpan().SequenceEqual(KeyFrame.Data.Span))
            {
                made.Dispose();
                throw new InvalidOperationException($"The base pose of '{View.Avatar}' was drawn differently than before.");
            }

            Volatile.Write(ref _workshop, made);
        }

        return _workshop!;
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
            var data = Workshop().Encode(key);
            _shop.Cache.Add(new PoseEntry(Grid, index, new EncodedPose(key, IsKeyFrame: false, data)));
        }
        catch (Exception failure)
        {
            // Whatever is wrong with one pose must not end the worker that serves all views; the nearest pose stands in for it.
            _requests.Refuse(index);
            _shop.Fault(this, key, failure);
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
            var picture = Workshop().EncodeJpeg(Grid.KeyOf(index), _shop.Options.JpegQuality);
            _shop.Jpegs.Add(Grid, index, picture);
            waiting.TrySetResult(picture);
        }
        catch (Exception failure)
        {
            // Reaches the caller through its task.
            _shop.Fault(this, Grid.KeyOf(index), failure);
            waiting.TrySetException(failure);
        }

        lock (_jpegGate)
        {
            _jpegWaiting.Remove(index);
        }
    }
}

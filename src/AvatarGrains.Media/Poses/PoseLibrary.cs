using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Media;
using AvatarGrains.Media.Backgrounds;
using Microsoft.Extensions.Logging;

namespace AvatarGrains.Media.Poses;

/// <summary>
/// The process-wide library of encoded poses: a view is opened once and shared; its poses are encoded when they are first wanted, by a few threads of
/// its own, and kept within a budget of bytes. Thread-safe.
/// </summary>
public sealed class PoseLibrary : IPoseLibrary, IDisposable
{
    /// <summary>Smallest width and height of a view.</summary>
    public const int MinSide = 64;

    /// <summary>Largest width and height of a view.</summary>
    public const int MaxSide = 1920;

    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<AvatarView, Slot> _views = [];
    private readonly SemaphoreSlim _opening;
    private readonly BackgroundResolver _backgrounds;
    private readonly PoseLibraryServices _services;
    private readonly ITimer _sweep;
    private bool _disposed;

    /// <param name="rigs">The characters.</param>
    /// <param name="backgrounds">The pictures that views can name.</param>
    /// <param name="options">Limits and qualities.</param>
    /// <param name="time">Clock of lifetimes.</param>
    /// <param name="logger">Receives poses that could not be made.</param>
    /// <exception cref="ArgumentException">The options are not valid; the message lists every mistake.</exception>
    public PoseLibrary(IAvatarRigs rigs, IBackgroundImages backgrounds, PoseLibraryOptions options, TimeProvider time, ILogger<PoseLibrary> logger)
    {
        var errors = options.Validate();
        if (errors.Count > 0)
        {
            throw new ArgumentException(string.Join("; ", errors), nameof(options));
        }

        _services = new PoseLibraryServices(rigs, options, time, logger);
        _backgrounds = new BackgroundResolver(backgrounds);
        _opening = new SemaphoreSlim(options.Workers);
        _sweep = time.CreateTimer(_ => Sweep(), null, SweepInterval, SweepInterval);
    }

    public IReadOnlyList<AvatarInfo> Avatars => _services.Rigs.Avatars;

    /// <summary>What the library has done and holds.</summary>
    public PoseLibraryStatistics Statistics
    {
        get
        {
            int views, leases;
            lock (_gate)
            {
                views = _views.Count;
                leases = _views.Values.Sum(s => s.Leases);
            }

            var counters = _services.Counters;
            return new PoseLibraryStatistics(
                counters.Hits,
                counters.Substitutions,
                counters.Encodes,
                _services.Cache.Evictions,
                _services.Cache.Count,
                _services.Cache.Bytes,
                views,
                leases,
                counters.JpegHits,
                counters.JpegEncodes,
                counters.DrawTicks / TimeSpan.TicksPerMicrosecond,
                counters.EncodeTicks / TimeSpan.TicksPerMicrosecond,
                counters.Faults);
        }
    }

    /// <summary>Views that somebody uses now, the most used first.</summary>
    /// <param name="most">At most so many.</param>
    public IReadOnlyList<AvatarView> InUse(int most)
    {
        lock (_gate)
        {
            return [.. _views.Where(one => one.Value.Leases > 0).OrderByDescending(one => one.Value.Leases).Take(most).Select(one => one.Key)];
        }
    }

    public async ValueTask<IPoseSet> OpenAsync(AvatarView view, CancellationToken cancellationToken)
    {
        Check(view);
        var avatar = Avatars.FirstOrDefault(a => a.Name == view.Avatar) ?? throw new KeyNotFoundException($"There is no avatar '{view.Avatar}'.");
        Slot slot;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_views.TryGetValue(view, out slot!))
            {
                slot = new Slot();
                _views[view] = slot;
                slot.Opened = Task.Run(() => CreateAsync(view, avatar), CancellationToken.None);
            }

            slot.Leases++;
        }

        try
        {
            return new PoseLease(await slot.Opened.WaitAsync(cancellationToken), this);
        }
        catch
        {
            GiveUp(view, slot);
            throw;
        }
    }

    /// <summary>Stops the threads and frees everything. Leases must not be used any more.</summary>
    public void Dispose()
    {
        Slot[] slots;
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            slots = [.. _views.Values];
            _views.Clear();
        }

        _sweep.Dispose();
        _services.Workers.Dispose();
        foreach (var slot in slots)
        {
            slot.DisposeWhenOpened();
        }
    }

    internal void Return(AvatarView view)
    {
        lock (_gate)
        {
            if (_views.TryGetValue(view, out var slot))
            {
                slot.Leases--;
                slot.Unused = _services.Time.GetUtcNow();
            }
        }

        Sweep();
    }

    private static void Check(AvatarView view)
    {
        CheckSide(view.Width, nameof(view.Width));
        CheckSide(view.Height, nameof(view.Height));
        CheckRange(view.PaddingLeft, -1, 1, nameof(view.PaddingLeft));
        CheckRange(view.PaddingTop, 0, 1, nameof(view.PaddingTop));
        CheckRange(view.PaddingHeight, 0, 5, nameof(view.PaddingHeight));

        static void CheckSide(int value, string name)
        {
            if (value is < MinSide or > MaxSide || (value & 1) != 0)
            {
                throw new ArgumentOutOfRangeException(name, value, $"{name} must be even and {MinSide} to {MaxSide} pixels.");
            }
        }

        static void CheckRange(double value, double min, double max, string name)
        {
            if (!(value >= min && value <= max))
            {
                throw new ArgumentOutOfRangeException(name, value, $"{name} must be {min} to {max}.");
            }
        }
    }

    private async Task<PoseView> CreateAsync(AvatarView view, AvatarInfo avatar)
    {
        var background = await _backgrounds.ResolveAsync(view, CancellationToken.None);
        await _opening.WaitAsync();
        try
        {
            var made = new PoseView(view, avatar, background, _services);
            _services.Workers.Signal(made, urgent: false);
            return made;
        }
        catch
        {
            background.Dispose();
            throw;
        }
        finally
        {
            _opening.Release();
        }
    }

    private void GiveUp(AvatarView view, Slot slot)
    {
        lock (_gate)
        {
            slot.Leases--;
            slot.Unused = _services.Time.GetUtcNow();
            if (slot.Opened.IsFaulted && _views.TryGetValue(view, out var known) && known == slot)
            {
                _views.Remove(view);
            }
        }
    }

    private void Sweep()
    {
        var now = _services.Time.GetUtcNow();
        List<Slot> gone = [];
        PoseView[] open;
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            var unused = _views.Where(v => v.Value.Leases == 0 && v.Value.Opened.IsCompleted).OrderBy(v => v.Value.Unused).ToArray();
            var excess = _views.Count - _services.Options.MaxViews;
            foreach (var (view, slot) in unused)
            {
                if (excess-- > 0 || now - slot.Unused >= _services.Options.IdleViewLifetime)
                {
                    _views.Remove(view);
                    gone.Add(slot);
                }
            }

            open = [.. _views.Values.Where(s => s.Opened.IsCompletedSuccessfully).Select(s => s.Opened.Result).Where(v => v.HasMaker)];
        }

        foreach (var slot in gone)
        {
            slot.DisposeWhenOpened(_services);
        }

        CloseMakers(open, now);
    }

    private void CloseMakers(PoseView[] open, DateTimeOffset now)
    {
        var excess = open.Length - _services.Options.MaxMakers;
        foreach (var view in open.OrderBy(v => v.LastWork))
        {
            if (excess-- > 0 || now - view.LastWork >= _services.Options.MakerLifetime)
            {
                view.CloseMaker();
            }
        }
    }

    private sealed class Slot
    {
        public Task<PoseView> Opened { get; set; } = null!;

        public int Leases { get; set; }

        public DateTimeOffset Unused { get; set; }

        public void DisposeWhenOpened(PoseLibraryServices? services = null)
        {
            if (!Opened.IsCompletedSuccessfully)
            {
                return;
            }

            var view = Opened.Result;
            view.Dispose();
            services?.Cache.Drop(view.Grid);
            services?.Jpegs.Drop(view.Grid);
        }
    }
}

namespace AvatarGrains.Media.Poses;

/// <summary>Limits and qualities of a <see cref="PoseLibrary"/>.</summary>
public sealed record PoseLibraryOptions
{
    /// <summary>Bytes of encoded poses kept in the process. Key frames of open views are kept beyond it.</summary>
    public long CacheBytes { get; init; } = 512L * 1024 * 1024;

    /// <summary>Bytes of JPEG pictures kept in the process.</summary>
    public long JpegCacheBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>Threads that draw and encode. A view is worked on by one at a time.</summary>
    public int Workers { get; init; } = Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>How long the poses of a view that nobody uses are kept.</summary>
    public TimeSpan IdleViewLifetime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Views kept; beyond it those that nobody uses go, the longest unused first.</summary>
    public int MaxViews { get; init; } = 64;

    /// <summary>
    /// How long a view keeps its renderer and encoder after its last work; their memory is a multiple of the picture's size and up to 48
    /// MiB of drawn layers.
    /// </summary>
    public TimeSpan MakerLifetime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Views that keep a renderer and encoder at a time; a further view that has work takes them from the view whose last work is longest
    /// ago.
    /// </summary>
    public int MaxMakers { get; init; } = 12;

    /// <summary>Poses waiting to be encoded per view and kind of request; beyond it the oldest request is dropped.</summary>
    public int MaxWaiting { get; init; } = 256;

    /// <summary>VP8 quantizer of key frames, 0 (best) to 63.</summary>
    public int KeyQuantizer { get; init; } = 12;

    /// <summary>VP8 quantizer of poses, 0 (best) to 63.</summary>
    public int PoseQuantizer { get; init; } = 28;

    /// <summary>JPEG quality, 1 to 100.</summary>
    public int JpegQuality { get; init; } = 85;

    /// <summary>Encodes the idle loop of a view, and every mouth along it, in the background once it is open.</summary>
    public bool PrepareIdleLoop { get; init; } = true;

    /// <summary>All mistakes in the values, empty when they can be used.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>();
        Require(CacheBytes >= 0, $"{nameof(CacheBytes)} is {CacheBytes}; it must not be negative");
        Require(JpegCacheBytes >= 0, $"{nameof(JpegCacheBytes)} is {JpegCacheBytes}; it must not be negative");
        Require(Workers is >= 1 and <= 64, $"{nameof(Workers)} is {Workers}; it must be 1 to 64");
        Require(MaxViews >= 1, $"{nameof(MaxViews)} is {MaxViews}; it must be at least 1");
        Require(MaxMakers >= 1, $"{nameof(MaxMakers)} is {MaxMakers}; it must be at least 1");
        Require(MaxWaiting >= 1, $"{nameof(MaxWaiting)} is {MaxWaiting}; it must be at least 1");
        Require(KeyQuantizer is >= 0 and <= 63, $"{nameof(KeyQuantizer)} is {KeyQuantizer}; it must be 0 to 63");
        Require(PoseQuantizer is >= 0 and <= 63, $"{nameof(PoseQuantizer)} is {PoseQuantizer}; it must be 0 to 63");
        Require(JpegQuality is >= 1 and <= 100, $"{nameof(JpegQuality)} is {JpegQuality}; it must be 1 to 100");
        return errors;

        void Require(bool condition, string error)
        {
            if (!condition)
            {
                errors.Add(error);
            }
        }
    }
}

namespace AvatarGrains.Media.Poses;

/// <summary>Counters that media threads and workers add to.</summary>
internal sealed class PoseCounters
{
    private long _hits;
    private long _substitutions;
    private long _encodes;
    private long _jpegHits;
    private long _jpegEncodes;
    private long _drawTicks;
    private long _encodeTicks;
    private long _faults;

    public long Hits => Interlocked.Read(ref _hits);

    public long Substitutions => Interlocked.Read(ref _substitutions);

    public long Encodes => Interlocked.Read(ref _encodes);

    public long JpegHits => Interlocked.Read(ref _jpegHits);

    public long JpegEncodes => Interlocked.Read(ref _jpegEncodes);

    /// <summary>In ticks of 100 ns.</summary>
    public long DrawTicks => Interlocked.Read(ref _drawTicks);

    /// <summary>In ticks of 100 ns.</summary>
    public long EncodeTicks => Interlocked.Read(ref _encodeTicks);

    public long Faults => Interlocked.Read(ref _faults);

    public void Hit() => Interlocked.Increment(ref _hits);

    public void Substitution() => Interlocked.Increment(ref _substitutions);

    public void JpegHit() => Interlocked.Increment(ref _jpegHits);

    public void Fault() => Interlocked.Increment(ref _faults);

    public void Drawn(TimeSpan took) => Interlocked.Add(ref _drawTicks, took.Ticks);

    public void Encoded(TimeSpan took)
    {
        Interlocked.Increment(ref _encodes);
        Interlocked.Add(ref _encodeTicks, took.Ticks);
    }

    public void JpegEncoded(TimeSpan took)
    {
        Interlocked.Increment(ref _jpegEncodes);
        Interlocked.Add(ref _encodeTicks, took.Ticks);
    }
}

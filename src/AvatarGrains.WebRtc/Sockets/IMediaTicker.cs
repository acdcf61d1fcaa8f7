namespace AvatarGrains.WebRtc.Sockets;

/// <summary>Produces the media of one peer when it is due. Called on the loop's thread.</summary>
public interface IMediaTicker
{
    /// <summary>Sends what is due at <paramref name="now"/>.</summary>
    /// <param name="due">The time this tick was asked for, µs: what media clocks count from, free of scheduling jitter.</param>
    /// <param name="now">The loop's time, µs.</param>
    /// <returns>When to be called next, µs, or <see cref="long.MaxValue"/> for not before <see cref="MediaLoopEntry.ScheduleTick"/>.</returns>
    long Tick(long due, long now);
}

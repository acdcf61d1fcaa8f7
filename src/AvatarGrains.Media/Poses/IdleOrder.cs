using AvatarGrains.Core.Avatars;

namespace AvatarGrains.Media.Poses;

/// <summary>
/// The poses that are encoded before they are requested, in their order: the idle loop, its first second first, and every mouth at stations
/// along the loop, so that a pose with the right mouth can stand in while the exact one is being encoded.
/// </summary>
internal static class IdleOrder
{
    /// <summary>Frames between stations: every phase is at most half of this from a station, near enough for a substitute.</summary>
    public const int StationEvery = 2 * PoseGrid.NearPhases;

    private const int FirstSecond = 25;

    // Poses of larger pictures take several times as long, so only one station is prepared; it still draws every state of the mouth.
    private const int LargeView = 1024 * 1024;

    public static IEnumerable<PoseKey> Of(AvatarView view, int loopFrames)
    {
        var first = Math.Min(StationEvery, loopFrames - 1);
        return Rest(1, Math.Min(FirstSecond, loopFrames))
            .Concat(Mouths(first))
            .Concat(Rest(FirstSecond, loopFrames))
            .Concat((long)view.Width * view.Height > LargeView ? [] : Stations(loopFrames).Where(phase => phase != first).SelectMany(Mouths));
    }

    private static IEnumerable<int> Stations(int loopFrames)
    {
        // Every second station first, then those between, so that every phase soon has a station near.
        for (var start = 0; start <= StationEvery; start += StationEvery)
        {
            for (var phase = start; phase < loopFrames; phase += 2 * StationEvery)
            {
                yield return phase;
            }
        }
    }

    private static IEnumerable<PoseKey> Rest(int from, int to)
    {
        for (var phase = from; phase < to; phase++)
        {
            yield return new PoseKey((ushort)phase, Eyes.Open, 0, Expression.Neutral, 0);
        }
    }

    private static IEnumerable<PoseKey> Mouths(int phase)
    {
        for (var mouth = 1; mouth < MouthTable.Count; mouth++)
        {
            yield return new PoseKey((ushort)phase, Eyes.Open, (byte)mouth, Expression.Neutral, 0);
        }
    }
}

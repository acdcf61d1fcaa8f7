using AvatarGrains.Core.Avatars;

namespace AvatarGrains.Media.Poses;

/// <summary>
/// The poses that are good to have before anybody asks: the idle loop, its first second foremost, and every mouth at stations along the loop, so that
/// the right mouth is always near while the exact pose is being made.
/// </summary>
internal static class IdleOrder
{
    /// <summary>Frames between stations: none is further than half of it, which a substitute may differ in phase.</summary>
    public const int StationEvery = 2 * PoseGrid.NearPhases;

    private const int FirstSecond = 25;

    // Larger pictures take several times as long; one station still has every state of the mouth drawn.
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
        // Every other one first, then those between: wherever the loop stands, help comes near soon.
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

namespace AvatarGrains.Testing;

/// <summary>What code allocates once it is warm.</summary>
internal static class Allocations
{
    /// <summary>
    /// The fewest bytes that any of several rounds allocates on this thread. The runtime itself may allocate now and then (a method
    /// compiled anew, a static made); what the code allocates shows in every round.
    /// </summary>
    public static long Least(Action round, int rounds = 5)
    {
        round();
        var least = long.MaxValue;
        for (var i = 0; i < rounds; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            round();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}

using Orleans.Configuration;

namespace AvatarGrains.Grains.Configuration;

/// <summary>
/// How soon Orleans takes a silo for dead. Silos probe each other; one that has missed all its probes but the last is probed through a third silo, so
/// that a silo that is merely cut off from one
/// other is not voted out.
/// </summary>
internal static class FailureDetection
{
    public static void Apply(ClusterMembershipOptions options, ClusterTimes times)
    {
        options.ProbeTimeout = times.Probe;
        options.NumMissedProbesLimit = times.MissedProbes;
        options.EnableIndirectProbes = true;
        options.NumVotesForDeathDeclaration = 2;

        // Changes are told from silo to silo; this is for those whom nobody could tell.
        options.TableRefreshTimeout = times.Probe * 5;

        // A cluster whose machines all lost their power starts again after 30 s at most: as long as old silos are waited for.
        options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(10);
        options.NumMissedTableIAmAliveLimit = 3;
    }
}

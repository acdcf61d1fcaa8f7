using AvatarGrains.Grains.Contracts;
using Orleans.Concurrency;

namespace AvatarGrains.Grains.Placement;

[StatelessWorker(1), Reentrant, OnRole(SiloRoles.None)]
internal sealed class MembershipNewsGrain(IClusterMembershipService membership) : Grain, IMembershipNewsGrain
{
    public async Task ReadAsync(long version) => await membership.Refresh(new MembershipVersion(version));
}

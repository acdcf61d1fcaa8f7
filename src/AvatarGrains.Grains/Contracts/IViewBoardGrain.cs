using AvatarGrains.Core.Avatars;

namespace AvatarGrains.Grains.Contracts;

/// <summary>
/// What the edges of the cluster show, so that each can be ready for the clients of another one. There is one; what it knows it is told
/// again within seconds.
/// </summary>
[Alias("ag.IViewBoard")]
internal interface IViewBoardGrain : IGrainWithIntegerKey
{
    /// <summary>Says what an edge shows, the most used first.</summary>
    /// <returns>What others show and this one does not, the most used first.</returns>
    [Alias("Share")]
    Task<AvatarView[]> ShareAsync(SiloAddress edge, AvatarView[] shown);
}

using AvatarGrains.Api.Shared;
using AvatarGrains.Edge;

namespace AvatarGrains.Api.Dialects.Perso;

/// <summary>What all data channels share.</summary>
internal sealed record PersoChannelServices(PersoNames Names, AudioFiles Files, IEdgeAddresses Edges, PersoOptions Options);

namespace AvatarGrains.Core.Sessions;

/// <summary>What this process knows of the cluster that it belongs to.</summary>
public interface IClusterStatus
{
    ClusterStatus Now { get; }
}

/// <summary>The members of a cluster, as one of them knows them.</summary>
/// <param name="ClusterId">Silos of one cluster have the same.</param>
/// <param name="Silo">Name of this one.</param>
/// <param name="Roles">What this one does: edge, session, worker, gpu.</param>
/// <param name="Silos">Silos that are active, this one among them once it is.</param>
/// <param name="SilosByRole">How many of them have each role.</param>
public sealed record ClusterStatus(
    string ClusterId, string Silo, IReadOnlyList<string> Roles, int Silos, IReadOnlyDictionary<string, int> SilosByRole);

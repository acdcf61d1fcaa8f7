using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Api.Health;

/// <summary>The server's health.</summary>
/// <param name="Status">healthy, degraded, or draining: the server stops, and the answer is 503.</param>
/// <param name="Version">Of the server.</param>
/// <param name="PipelineStatus">Stage by stage.</param>
/// <param name="Uptime">Seconds.</param>
/// <param name="Cluster">The cluster as this server knows it.</param>
internal sealed record HealthReport(string Status, string Version, PipelineStatus PipelineStatus, double Uptime, ClusterReport? Cluster);

/// <summary>What a server belongs to.</summary>
/// <param name="ClusterId">Name of the cluster.</param>
/// <param name="Silo">Name of this silo.</param>
/// <param name="Roles">What it does: edge, session, worker, gpu.</param>
/// <param name="Silos">Silos that are active.</param>
/// <param name="SilosByRole">How many of them have each role.</param>
internal sealed record ClusterReport(
    string ClusterId, string Silo, IReadOnlyList<string> Roles, int Silos, IReadOnlyDictionary<string, int> SilosByRole)
{
    public static ClusterReport Of(ClusterStatus status) => new(status.ClusterId, status.Silo, status.Roles, status.Silos, status.SilosByRole);
}

/// <summary>Which stages have an engine.</summary>
internal sealed record PipelineStatus(
    bool Initialized, bool VadAvailable, bool AsrAvailable, bool LlmAvailable, bool TtsAvailable, bool AvatarAvailable);

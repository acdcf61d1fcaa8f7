using System.Text.Json;

namespace AvatarGrains.ClusterBench.Processes;

/// <summary>One silo of the measured cluster.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Role">What it does.</param>
/// <param name="Port">TCP port between silos.</param>
/// <param name="Cluster">Name of the cluster.</param>
/// <param name="Data">Folder of the SQLite file.</param>
/// <param name="Postgres">Connection string of a PostgreSQL used instead, for everything, or null.</param>
/// <param name="Redis">Connection string of the Redis in which the silos find each other, or null.</param>
internal sealed record SiloPlan(string Name, string Role, int Port, string Cluster, string Data, string? Postgres, string? Redis)
{
    public static SiloPlan Read(string json) => JsonSerializer.Deserialize<SiloPlan>(json)!;

    public string Write() => JsonSerializer.Serialize(this);
}

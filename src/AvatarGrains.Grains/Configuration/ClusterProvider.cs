namespace AvatarGrains.Grains.Configuration;

/// <summary>
/// Where a cluster keeps what is its own: who is a member, who is to be woken, what a foreign id means. Orleans' own packages do it.
/// </summary>
public enum ClusterProvider
{
    /// <summary>In the memory of one silo: for a server on its own, and for development.</summary>
    Localhost,

    /// <summary>In Redis.</summary>
    Redis,

    /// <summary>In PostgreSQL.</summary>
    Postgres,

    /// <summary>In tables and blobs of an Azure storage account.</summary>
    Azure,
}

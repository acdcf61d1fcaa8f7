using AvatarGrains.Grains.Contracts;
using AvatarGrains.Grains.Placement;

namespace AvatarGrains.Grains.Sessions;

/// <summary>What is stored of a foreign id.</summary>
[GenerateSerializer, Alias("ag.ForeignId")]
internal sealed class ClientId
{
    [Id(0)]
    public string? Session { get; set; }
}

/// <summary>Keeps which session a client's own id means, in grain storage.</summary>
[GrainType("foreign-id"), OnRole(SiloRoles.Session)]
internal sealed class ClientIdGrain([PersistentState(
    "foreign-id", ClientIdGrain.Storage)] IPersistentState<ClientId> state) : Grain, IClientIdGrain
{
    public const string Storage = "avatargrains";

    public Task<string?> FindAsync() => Task.FromResult(state.State.Session);

    public async Task<string> ClaimAsync(string session)
    {
        if (state.State.Session is null)
        {
            state.State.Session = session;
            await WriteAsync(state.WriteStateAsync);
        }

        return state.State.Session;
    }

    public async Task ReleaseAsync(string session)
    {
        if (state.State.Session == session)
        {
            await WriteAsync(state.ClearStateAsync);
        }
    }

    /// <summary>After a failed write what is in memory may not be what is stored: this activation must not answer any more.</summary>
    private async Task WriteAsync(Func<Task> write)
    {
        try
        {
            await write();
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }
    }
}

/// <summary>Names a client's id in the cluster.</summary>
internal static class ClientIdKey
{
    /// <summary>Parts are told apart whatever is in them.</summary>
    public static string Of(string tenant, string dialect, string clientId) =>
        $"{Uri.EscapeDataString(tenant)}/{Uri.EscapeDataString(dialect)}/{clientId}";
}

using Microsoft.Extensions.DependencyInjection;

namespace AvatarGrains.Grains.Tests.Harness;

/// <summary>
/// The membership as one silo reaches it. When the silo is dead nothing that it writes gets there, as if it had no time to; it does not notice, and
/// so ends quickly.
/// </summary>
internal sealed class CutOffMembership(IMembershipTable inner, CutOffMembership.Switch state) : IMembershipTable
{
    /// <summary>Puts itself before the table that the provider has added.</summary>
    public static Switch AddTo(IServiceCollection services)
    {
        var state = new Switch();
        var provider = services.Last(service => service.ServiceType == typeof(IMembershipTable));
        services.Remove(provider);
        services.AddSingleton<IMembershipTable>(s => new CutOffMembership(
            (IMembershipTable)(provider.ImplementationInstance ?? provider.ImplementationFactory?.Invoke(s)
                ?? ActivatorUtilities.CreateInstance(s, provider.ImplementationType!)),
            state));
        return state;
    }

    public Task InitializeMembershipTable(bool tryInitTableVersion) => inner.InitializeMembershipTableAsync(tryInitTableVersion);

    public Task DeleteMembershipTableEntries(string clusterId) => inner.DeleteMembershipTableEntriesAsync(clusterId);

    public Task CleanupDefunctSiloEntries(DateTimeOffset beforeDate) => inner.CleanupDefunctSiloEntriesAsync(beforeDate);

    public Task<MembershipTableData> ReadRow(SiloAddress key) => inner.ReadRowAsync(key);

    public Task<MembershipTableData> ReadAll() => inner.ReadAllAsync();

    public Task<bool> InsertRow(MembershipEntry entry, TableVersion tableVersion) =>
        state.Dead ? Task.FromResult(true) : inner.InsertRowAsync(entry, tableVersion);

    public Task<bool> UpdateRow(MembershipEntry entry, string etag, TableVersion tableVersion) =>
        state.Dead ? Task.FromResult(true) : inner.UpdateRowAsync(entry, etag, tableVersion);

    public Task UpdateIAmAlive(MembershipEntry entry) => state.Dead ? Task.CompletedTask : inner.UpdateIAmAliveAsync(entry);

    internal sealed class Switch
    {
        public bool Dead { get; set; }
    }
}

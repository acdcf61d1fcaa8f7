using System.Globalization;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Storage;
using AvatarGrains.Server.Composition;
using AvatarGrains.Server.Configuration;

namespace AvatarGrains.Server.Commands;

/// <summary>Makes, lists and revokes API keys. A running server notices within a second.</summary>
internal static class KeysCommand
{
    private const string DefaultTenant = "main";

    /// <param name="args">What follows <c>keys</c>.</param>
    /// <param name="load">Reads the server's settings from the arguments that are not this command's.</param>
    /// <param name="output">Where results go; a new key goes there alone on its line.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="UsageException">The command line is wrong.</exception>
    public static async Task<int> ExecuteAsync(
        IReadOnlyList<string> args, Func<IReadOnlyList<string>, ServerOptions> load, TextWriter output, TimeProvider time)
    {
        var action = args.Count > 0 ? args[0] : throw new UsageException("keys needs add, list or revoke.");
        var arguments = KeysArguments.Read(args.Skip(1).ToArray());
        await using var storage = await StorageComposition.OpenAsync(load(arguments.Rest), time, CancellationToken.None);
        var store = storage.TenantStore;
        switch (action)
        {
            case "add":
                await AddAsync(store, storage.Tenants, arguments, output, time);
                return 0;
            case "list":
                await ListAsync(store, storage.Tenants, output);
                return 0;
            case "revoke":
                var id = arguments.KeyId ?? throw new UsageException("keys revoke needs the key's id; keys list shows it.");
                var revoked = await store.RevokeKeyAsync(id.Length > 12 ? ApiKey.IdOf(id) : id, time.GetUtcNow(), CancellationToken.None);
                output.WriteLine(revoked ? $"Revoked {id[..Math.Min(id.Length, 12)]}." : $"There is no key {id} that is good.");
                return revoked ? 0 : 1;
            default:
                throw new UsageException($"There is no command 'keys {action}'.");
        }
    }

    private static async Task AddAsync(ITenantStore store, TenantDirectory tenants, KeysArguments arguments, TextWriter output, TimeProvider time)
    {
        var tenant = arguments.Tenant ?? DefaultTenant;
        if (arguments.HasLimits)
        {
            await store.SetLimitsAsync(tenant, arguments.Change(await tenants.FindAsync(tenant, CancellationToken.None)), CancellationToken.None);
        }

        var key = ApiKey.Create();
        await store.AddKeyAsync(new ApiKeyRecord(ApiKey.IdOf(key), tenant, ApiKey.Hash(key), time.GetUtcNow()), CancellationToken.None);
        output.WriteLine(key);
        output.WriteLine($"This is the key of tenant {tenant}. It is not kept and cannot be shown again; its id is {ApiKey.IdOf(key)}.");
    }

    private static async Task ListAsync(ITenantStore store, TenantDirectory tenants, TextWriter output)
    {
        var keys = await store.ListKeysAsync(CancellationToken.None);
        if (keys.Count == 0)
        {
            output.WriteLine("There are no keys: the server asks for none.");
            return;
        }

        output.WriteLine($"{"KEY",-14}{"TENANT",-20}{"CREATED",-22}{"STATE",-10}{"SESSIONS",9}{"MIN/SESSION",13}{"MIN/MONTH",11}{"REQ/MIN",9}");
        foreach (var key in keys)
        {
            var limits = await tenants.FindAsync(key.Tenant, CancellationToken.None);
            var created = key.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);
            output.WriteLine(
                $"{key.Id,-14}{key.Tenant,-20}{created,-22}{(key.RevokedAt is null ? "good" : "revoked"),-10}{Number(limits.MaxActiveSessions),9}"
                + $"{Number(limits.MaxPerSession?.TotalMinutes),13}{Number(limits.MaxPerMonth?.TotalMinutes),11}"
                + $"{Number(limits.RequestsPerMinute),9}");
        }
    }

    private static string Number(double? value) => value?.ToString("0.##", CultureInfo.InvariantCulture) ?? "-";
}

using System.Globalization;
using System.Text.Json;
using AvatarGrains.Core.Storage;
using Microsoft.Extensions.Options;

namespace AvatarGrains.Grains.Providers;

/// <summary>
/// Orleans' membership in shared records: one for the table's version, one for each silo, and one for each silo's last sign of life, which is written without a condition. A row and the
/// version change together or not at all, which is what keeps two halves of a cluster from deciding differently.
/// </summary>
internal sealed class SharedMembership(ISharedRecords records, IOptions<Orleans.Configuration.ClusterOptions> cluster) : IMembershipTable
{
    private const string VersionKey = "version";
    private const string Alive = "alive/";
    private const string Silos = "silo/";

    private string Space => "membership/" + cluster.Value.ClusterId;

    public async Task InitializeMembershipTable(bool tryInitTableVersion)
    {
        if (tryInitTableVersion)
        {
            await records.ApplyAsync(Space, [SharedChange.Write(VersionKey, SharedChange.Absent, VersionContent(0))], CancellationToken.None);
        }
    }

    public async Task<MembershipTableData> ReadAll()
    {
        var all = await ReadAsync();
        return new MembershipTableData([.. all.Members.Select(m => Tuple.Create(m.Entry, Etag(m.Mark)))], all.Version);
    }

    public async Task<MembershipTableData> ReadRow(SiloAddress key)
    {
        var all = await ReadAsync();
        var member = all.Members.Find(m => m.Entry.SiloAddress.Equals(key));
        return member.Entry is null ? new MembershipTableData(all.Version) : new MembershipTableData(Tuple.Create(member.Entry, Etag(member.Mark)), all.Version);
    }

    public async Task<bool> InsertRow(MembershipEntry entry, TableVersion tableVersion) => await WriteAsync(entry, SharedChange.Absent, tableVersion);

    public async Task<bool> UpdateRow(MembershipEntry entry, string etag, TableVersion tableVersion) => await WriteAsync(entry, Mark(etag), tableVersion);

    public async Task UpdateIAmAlive(MembershipEntry entry)
    {
        var at = JsonSerializer.SerializeToUtf8Bytes(entry.IAmAliveTime.Ticks, ProviderJson.Default.Int64);
        await records.ApplyAsync(Space, [SharedChange.Write(Alive + entry.SiloAddress.ToParsableString(), null, at)], CancellationToken.None);
    }

    public async Task DeleteMembershipTableEntries(string clusterId)
    {
        var space = "membership/" + clusterId;
        var all = await records.ReadAsync(space, "", "~", CancellationToken.None);
        await records.ApplyAsync(space, [.. all.Select(r => SharedChange.Remove(r.Key, null))], CancellationToken.None);
    }

    public async Task CleanupDefunctSiloEntries(DateTimeOffset beforeDate)
    {
        foreach (var (entry, mark) in (await ReadAsync()).Members)
        {
            var seen = entry.IAmAliveTime > entry.StartTime ? entry.IAmAliveTime : entry.StartTime;
            if (entry.Status == SiloStatus.Dead && seen < beforeDate.UtcDateTime)
            {
                var key = entry.SiloAddress.ToParsableString();
                await records.ApplyAsync(Space, [SharedChange.Remove(Silos + key, mark), SharedChange.Remove(Alive + key, null)], CancellationToken.None);
            }
        }
    }

    private static string Etag(long mark) => mark.ToString(CultureInfo.InvariantCulture);

    private static long Mark(string etag) => long.Parse(etag, CultureInfo.InvariantCulture);

    private static byte[] VersionContent(int version) => JsonSerializer.SerializeToUtf8Bytes((long)version, ProviderJson.Default.Int64);

    private async Task<bool> WriteAsync(MembershipEntry entry, long expected, TableVersion tableVersion)
    {
        var row = JsonSerializer.SerializeToUtf8Bytes(SiloRow.From(entry), ProviderJson.Default.SiloRow);
        return await records.ApplyAsync(
            Space,
            [
                SharedChange.Write(VersionKey, Mark(tableVersion.VersionEtag), VersionContent(tableVersion.Version)),
                SharedChange.Write(Silos + entry.SiloAddress.ToParsableString(), expected, row),
            ],
            CancellationToken.None);
    }

    private async Task<(TableVersion Version, List<(MembershipEntry Entry, long Mark)> Members)> ReadAsync()
    {
        var version = new TableVersion(0, Etag(SharedChange.Absent));
        List<(MembershipEntry Entry, long Mark)> members = [];
        Dictionary<string, long> alive = [];

        // One read: the version must be that of the rows. Signs of life come before silos.
        foreach (var record in await records.ReadAsync(Space, "", "~", CancellationToken.None))
        {
            if (record.Key == VersionKey)
            {
                version = new TableVersion((int)JsonSerializer.Deserialize(record.Content.Span, ProviderJson.Default.Int64), Etag(record.Mark));
            }
            else if (record.Key.StartsWith(Alive, StringComparison.Ordinal))
            {
                alive[record.Key[Alive.Length..]] = JsonSerializer.Deserialize(record.Content.Span, ProviderJson.Default.Int64);
            }
            else if (record.Key.StartsWith(Silos, StringComparison.Ordinal))
            {
                var entry = JsonSerializer.Deserialize(record.Content.Span, ProviderJson.Default.SiloRow)!.Read(record.Key[Silos.Length..]);
                if (alive.TryGetValue(record.Key[Silos.Length..], out var at) && at > entry.IAmAliveTime.Ticks)
                {
                    entry.IAmAliveTime = new DateTime(at, DateTimeKind.Utc);
                }

                members.Add((entry, record.Mark));
            }
        }

        return (version, members);
    }
}

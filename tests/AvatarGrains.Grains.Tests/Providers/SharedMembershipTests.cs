using AvatarGrains.Grains.Providers;
using AvatarGrains.Core.Storage.InMemory;
using Microsoft.Extensions.Options;

namespace AvatarGrains.Grains.Tests.Providers;

/// <summary>What Orleans' membership protocol relies on, as its documentation of the table says.</summary>
public sealed class SharedMembershipTests
{
    private static readonly DateTime Then = new(2026, 3, 1, 12, 0, 0, 5, DateTimeKind.Utc);

    private readonly InMemorySharedRecords _records = new();

    [Fact]
    public async Task New_table_is_empty_and_of_version_zero()
    {
        var table = await OpenAsync();
        await table.InitializeMembershipTable(true);
        var all = await table.ReadAll();
        Assert.Empty(all.Members);
        Assert.Equal(0, all.Version.Version);
        Assert.Empty((await table.ReadRow(Silo(1))).Members);
    }

    [Fact]
    public async Task Row_and_version_are_inserted_together_or_not_at_all()
    {
        var table = await OpenAsync();
        var zero = (await table.ReadAll()).Version;
        Assert.True(await table.InsertRow(Entry(1), zero.Next()));
        Assert.False(await table.InsertRow(Entry(2), zero.Next()));
        Assert.False(await table.InsertRow(Entry(1), (await table.ReadAll()).Version.Next()));
        var all = await table.ReadAll();
        Assert.Equal((1, 1), (all.Version.Version, all.Members.Count));
    }

    [Fact]
    public async Task Row_reads_back_whole()
    {
        var table = await OpenAsync();
        var entry = Entry(1);
        entry.SuspectTimes = [Tuple.Create(Silo(2), Then.AddSeconds(3)), Tuple.Create(Silo(3), Then.AddSeconds(4))];
        await table.InsertRow(entry, (await table.ReadAll()).Version.Next());
        var read = Assert.Single((await (await OpenAsync()).ReadRow(Silo(1))).Members).Item1;
        Assert.Equal(entry.ToFullString(), read.ToFullString());
        Assert.Equal(
            (entry.ProxyPort, entry.HostName, entry.SiloName, entry.StartTime, entry.IAmAliveTime), (read.ProxyPort, read.HostName, read.SiloName, read.StartTime, read.IAmAliveTime));
        Assert.Equal(entry.SuspectTimes, read.SuspectTimes);
    }

    [Fact]
    public async Task Update_needs_the_etags_of_row_and_version()
    {
        var table = await OpenAsync();
        var zero = (await table.ReadAll()).Version;
        await table.InsertRow(Entry(1), zero.Next());
        var first = await table.ReadAll();
        var dead = Entry(1);
        dead.Status = SiloStatus.Dead;
        Assert.False(await table.UpdateRow(dead, first.Members[0].Item2, zero.Next()));
        Assert.False(await table.UpdateRow(Entry(2), first.Members[0].Item2, first.Version.Next()));
        Assert.True(await table.UpdateRow(dead, first.Members[0].Item2, first.Version.Next()));
        var second = await table.ReadAll();
        Assert.False(await table.UpdateRow(Entry(1), first.Members[0].Item2, second.Version.Next()));
        Assert.Equal((2, SiloStatus.Dead), (second.Version.Version, second.Members[0].Item1.Status));
    }

    [Fact]
    public async Task Sign_of_life_changes_nothing_else()
    {
        var table = await OpenAsync();
        await table.InsertRow(Entry(1), (await table.ReadAll()).Version.Next());
        var before = await table.ReadAll();
        var alive = Entry(1);
        (alive.IAmAliveTime, alive.Status) = (Then.AddMinutes(5), SiloStatus.Dead);
        await table.UpdateIAmAlive(alive);
        var after = await table.ReadAll();
        Assert.Equal((before.Version, before.Members[0].Item2), (after.Version, after.Members[0].Item2));
        Assert.Equal((Then.AddMinutes(5), SiloStatus.Active), (after.Members[0].Item1.IAmAliveTime, after.Members[0].Item1.Status));
    }

    [Fact]
    public async Task Of_many_silos_that_write_at_once_each_gets_its_turn()
    {
        var table = await OpenAsync();
        await Task.WhenAll(Enumerable.Range(1, 20).Select(async i =>
        {
            await Task.Yield();
            while (!await table.InsertRow(Entry(i), (await table.ReadAll()).Version.Next()))
            {
                await Task.Yield();
            }
        }));
        var all = await table.ReadAll();
        Assert.Equal((20, 20), (all.Version.Version, all.Members.Count));
    }

    [Fact]
    public async Task Only_silos_that_have_been_dead_for_long_are_cleaned_up()
    {
        var table = await OpenAsync();
        foreach (var (n, status, at) in new[] { (1, SiloStatus.Dead, Then), (2, SiloStatus.Active, Then), (3, SiloStatus.Dead, Then.AddDays(2)) })
        {
            var entry = Entry(n);
            (entry.Status, entry.IAmAliveTime) = (status, at);
            await table.InsertRow(entry, (await table.ReadAll()).Version.Next());
        }

        await table.CleanupDefunctSiloEntries(new DateTimeOffset(Then.AddDays(1)));
        Assert.Equal([Silo(2), Silo(3)], (await table.ReadAll()).Members.Select(m => m.Item1.SiloAddress).Order());
    }

    [Fact]
    public async Task Clusters_do_not_see_each_other_and_one_can_be_deleted()
    {
        var (one, two) = (await OpenAsync("one"), await OpenAsync("two"));
        await one.InsertRow(Entry(1), (await one.ReadAll()).Version.Next());
        Assert.Empty((await two.ReadAll()).Members);
        await two.DeleteMembershipTableEntries("one");
        Assert.Empty((await one.ReadAll()).Members);
    }

    private static SiloAddress Silo(int n) => SiloAddress.New(new System.Net.IPEndPoint(n % 2 == 0 ? System.Net.IPAddress.IPv6Loopback : System.Net.IPAddress.Loopback, 11110 + n), n);

    private static MembershipEntry Entry(int n) => new()
    {
        SiloAddress = Silo(n),
        Status = SiloStatus.Active,
        HostName = "host",
        SiloName = $"session.s{n}",
        ProxyPort = 30000 + n,
        StartTime = Then,
        IAmAliveTime = Then.AddSeconds(1),
    };

    private async Task<SharedMembership> OpenAsync(string cluster = "one")
    {
        var table = new SharedMembership(_records, Options.Create(new Orleans.Configuration.ClusterOptions { ClusterId = cluster, ServiceId = "s" }));
        await table.InitializeMembershipTable(true);
        return table;
    }
}

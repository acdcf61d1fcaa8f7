using AvatarGrains.Grains.Contracts;
using AvatarGrains.Grains.Placement;
using AvatarGrains.Grains.Sessions;
using AvatarGrains.Grains.Tests.Harness;
using AvatarGrains.Conformance;
using AvatarGrains.Conformance.Scripted;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Conformance.Model;

namespace AvatarGrains.Grains.Tests;

/// <summary>A tenant's limits hold over two edges and two session silos as they do in one process.</summary>
public sealed class TenantTests : IAsyncDisposable
{
    private readonly HostFixture _fixture = new();
    private readonly Dictionary<int, CutOffStore> _stores = [];
    private LocalCluster? _cluster;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private LocalCluster Cluster => _cluster!;

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _stores.Values)
        {
            store.Release();
        }

        await (_cluster?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    [Fact]
    public async Task Of_fifty_creations_at_once_over_two_edges_exactly_the_limit_is_made()
    {
        await StartAsync(new TenantLimits(10, null, null));
        var made = await CreateAsync(50);
        Assert.Equal(10, made.Count);
        Assert.Equal(10, (await _fixture.Store.ListActiveAsync(Token)).Count);
        foreach (var (id, edge) in made.Take(3).Select((id, i) => (id, i % 2)))
        {
            Assert.True((await Cluster.Host(edge).Open(id).SendAsync(new EndSession(TerminationReason.GracefulTermination), Token)).Accepted);
        }

        Assert.Equal(3, (await CreateAsync(20)).Count);
    }

    [Fact]
    public async Task Sessions_of_a_killed_silo_count_until_they_end_elsewhere()
    {
        await StartAsync(new TenantLimits(10, null, null));
        var made = await CreateAsync(10);
        var silo = Cluster.SiloOf(made[0]);
        var address = Cluster.Address(silo);
        _stores[silo].Dead = true;
        await Cluster.KillAsync(silo);
        await Task.WhenAll(Cluster.LostAsync(0, address), Cluster.LostAsync(1, address));
        Assert.Empty(await CreateAsync(4));
        foreach (var id in made)
        {
            Assert.Equal(SessionStatus.Created, (await Cluster.Host(1).FindAsync(id, Token))!.Status);
        }

        _fixture.Time.Advance(_fixture.Policy.ConnectTimeout + TimeSpan.FromSeconds(1));
        foreach (var id in made)
        {
            Assert.Equal(
                RejectReason.SessionTerminated, (await Cluster.Host(0).Open(id).SendAsync(new ReportPlayout(-1, 0, 0, false), Token)).Reject);
            Assert.Equal(TerminationReason.SessionExpiredBeforeConnection, (await Cluster.Host(1).FindAsync(id, Token))!.Reason);
        }

        Assert.Equal(10, (await CreateAsync(20)).Count);
    }

    [Fact]
    public async Task Session_that_was_counted_and_never_made_does_not_count_for_ever()
    {
        await StartAsync(new TenantLimits(2, null, null));
        var tenant = Cluster.Service<IGrainFactory>(0).GetGrain<ITenantGrain>(TenantKey.Of(""));
        Assert.True(await tenant.ReserveAsync("of an edge that was killed", 2));
        Assert.Single(await CreateAsync(5));
        _fixture.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Empty(await CreateAsync(5));
        _fixture.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Single(await CreateAsync(5));
    }

    [Fact]
    public async Task Sessions_made_before_there_was_a_limit_count()
    {
        _fixture.Limits = new TenantLimits(null, null, null);
        await StartAsync(_fixture.Limits, new Changing(() => _fixture.Limits));
        Assert.Equal(6, (await CreateAsync(6)).Count);
        _fixture.Limits = new TenantLimits(7, null, null);
        Assert.Single(await CreateAsync(4));
    }

    [Fact]
    public async Task Minutes_of_sessions_on_two_silos_end_at_the_tenants_month_as_in_one_process()
    {
        var limits = new TenantLimits(null, null, TimeSpan.FromMinutes(5));
        await StartAsync(limits);
        var there = await SpendAsync(_fixture, Cluster.Host(0), Cluster.Host(1), async () =>
        {
            var host = Cluster.Host(0);
            var first = (await host.CreateAsync(HostFixture.Spec(), Token)).Id;
            while (true)
            {
                var second = (await host.CreateAsync(HostFixture.Spec(), Token)).Id;
                if (Cluster.SiloOf(second) != Cluster.SiloOf(first))
                {
                    return (first, second);
                }

                await host.Open(second).SendAsync(new EndSession(TerminationReason.GracefulTermination), Token);
            }
        });
        var one = new HostFixture { Limits = limits };
        await using var process = await ModelSessionHost.StartAsync(one.Services(), Token);
        var here = await SpendAsync(one, process, process, async () =>
            ((await process.CreateAsync(HostFixture.Spec(), Token)).Id, (await process.CreateAsync(HostFixture.Spec(), Token)).Id));
        Assert.Equal(here, there);
        Assert.StartsWith("TotalMinPerMonthQuotaExceeded TotalMinPerMonthQuotaExceeded", there, StringComparison.Ordinal);
    }

    /// <summary>Two sessions that are there for as long as they may; one is asked here, the other there.</summary>
    private static async Task<string> SpendAsync(
        HostFixture fixture, ISessionHost here, ISessionHost there, Func<Task<(string First, string Second)>> make)
    {
        var (first, second) = await make();
        await here.Open(first).SendAsync(new TransportConnected("a"), Token);
        await there.Open(second).SendAsync(new TransportConnected("b"), Token);
        for (var passed = 0; passed < 300; passed += 20)
        {
            fixture.Time.Advance(TimeSpan.FromSeconds(20));
            await there.Open(first).SendAsync(new ReportPlayout(-1, 0, 0, false), Token);
            await here.Open(second).SendAsync(new ReportPlayout(-1, 0, 0, false), Token);
        }

        var (a, b) = ((await there.FindAsync(first, Token))!, (await here.FindAsync(second, Token))!);
        var refused = await Assert.ThrowsAsync<SessionRejectedException>(async () => await there.CreateAsync(HostFixture.Spec(), Token));
        return $"{a.Reason} {b.Reason} {a.Duration} {b.Duration} {await fixture.Store.ReadMeterAsync("", "2026-03", Token)} {refused.Termination}";
    }

    private async Task StartAsync(TenantLimits limits, ITenantQuotas? quotas = null)
    {
        _fixture.Limits = limits;
        for (var i = 0; i < 5; i++)
        {
            _stores[i] = new CutOffStore(_fixture.Store);
        }

        _cluster = await LocalCluster.StartAsync(
            n => _fixture.Services() with { Store = _stores[n], Quotas = quotas ?? new LocalTenantQuotas(limits) },
            LocalCluster.Times,
            SiloRoles.Edge,
            SiloRoles.Edge,
            SiloRoles.Session,
            SiloRoles.Session,
            SiloRoles.Worker);
    }

    /// <summary>Tries to make sessions at once, at both edges in turn.</summary>
    /// <returns>Those that were made; all others were refused for the quota, and are on record.</returns>
    private async Task<List<string>> CreateAsync(int count)
    {
        var made = await Task.WhenAll(Enumerable.Range(0, count).Select(i => TryAsync(Cluster.Host(i % 2))));
        return [.. made.OfType<string>()];
    }

    private static async Task<string?> TryAsync(ISessionHost host)
    {
        try
        {
            return (await host.CreateAsync(HostFixture.Spec(), Token)).Id;
        }
        catch (SessionRejectedException refused)
        {
            Assert.Equal(TerminationReason.MaxActiveSessionQuotaExceeded, refused.Termination);
            Assert.Equal(SessionStatus.Terminated, (await host.FindAsync(refused.SessionId!, Token))!.Status);
            return null;
        }
    }

    private sealed class Changing(Func<TenantLimits> limits) : ITenantQuotas
    {
        public ValueTask<TenantLimits> FindAsync(string tenant, CancellationToken cancellationToken) => new(limits());
    }
}

using System.Globalization;
using AvatarGrains.Grains.Contracts;
using AvatarGrains.Grains.Placement;
using AvatarGrains.Grains.Sessions;
using AvatarGrains.Conformance.Scripted;

namespace AvatarGrains.Grains.Tests.Failures;

/// <summary>
/// Seeded lists of actions, each of which people or machines may do at any moment, against what must hold whatever happens. The suite runs
/// a few seeds; more are run with <c>AVATAR_CHAOS_SEEDS=100-199</c>.
/// </summary>
public sealed class ChaosTests : FailureScene
{
    private const int Actions = 24;
    private const int MostSessions = 6;
    private const string Tenant = "chaos";

    private readonly List<ChaosClient> _clients = [];
    private Random _random = new(0);
    private Task _disturbance = Task.CompletedTask;

    public static TheoryData<int> Seeds()
    {
        var range = (Environment.GetEnvironmentVariable("AVATAR_CHAOS_SEEDS") ?? "1-3").Split('-')
            .Select(n => int.Parse(n, CultureInfo.InvariantCulture)).ToArray();
        return [.. Enumerable.Range(range[0], range[^1] - range[0] + 1)];
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Whatever_happens_no_question_is_lost_or_doubled_and_nothing_stale_is_heard(int seed)
    {
        _random = new Random(seed);
        await StartAsync(
            SiloRoles.Edge, SiloRoles.Edge, SiloRoles.Session, SiloRoles.Session, SiloRoles.Session | SiloRoles.Worker, SiloRoles.Worker);
        await CreateAsync();
        for (var i = 0; i < Actions; i++)
        {
            await ActAsync();
        }

        await _disturbance;
        foreach (var client in _clients)
        {
            await client.CheckAnswerAsync(_random.Next(2));
        }

        foreach (var client in _clients)
        {
            await client.EndAsync(_random.Next(2));
            await client.CheckAsync();
        }

        Assert.Empty(await Fixture.Store.ListActiveAsync(Token));
        await CheckCountAsync();
    }

    private Task ActAsync() => _random.Next(10) switch
    {
        0 => CreateAsync(),
        1 or 2 or 3 => Any().AskAsync(_random.Next(2)),
        4 => Any().InterruptAsync(_random.Next(2)),
        5 => PassTimeAsync(),
        6 => DisturbAsync(KillAsync),
        7 => DisturbAsync(silo => Cluster.StopAsync(silo)),
        8 => DisturbAsync(silo => Cluster.SuspectAsync(silo, by: 0)),
        _ => AddAsync(),
    };

    private ChaosClient Any() => _clients[_random.Next(_clients.Count)];

    private async Task CreateAsync()
    {
        if (_clients.Count < MostSessions)
        {
            var edge = _random.Next(2);
            var (id, sink) = await TalkAsync(edge, Tenant);
            var other = new RecordingSink();
            await Cluster.Host(1 - edge).Open(id).SubscribeAsync(other, Token);
            _clients.Add(new ChaosClient(id, n => Cluster.Host(n), Fixture.Store, [sink, other]));
        }
    }

    private Task PassTimeAsync()
    {
        Fixture.Time.Advance(TimeSpan.FromMilliseconds(_random.Next(1500)));
        return Task.CompletedTask;
    }

    private async Task AddAsync()
    {
        await _disturbance;
        await Cluster.AddAsync(_random.Next(2) == 0 ? SiloRoles.Session : SiloRoles.Session | SiloRoles.Worker);
    }

    /// <summary>Something happens to a silo while the next actions go on. Of each role one silo is left.</summary>
    private async Task DisturbAsync(Func<int, Task> disturb)
    {
        await _disturbance;
        var spare = Cluster.Silos.Where(silo => silo > 1 && Roles(silo).All(role => Cluster.Silos.Count(s => (Cluster.RolesOf(s) & role) != 0) > 1))
            .Order().ToList();
        if (spare.Count > 0)
        {
            _disturbance = disturb(spare[_random.Next(spare.Count)]);
        }

        IEnumerable<SiloRoles> Roles(int silo) => new[] { SiloRoles.Session, SiloRoles.Worker }.Where(role => (Cluster.RolesOf(silo) & role) != 0);
    }

    /// <summary>None of the tenant's sessions counts any more: there is room for exactly one.</summary>
    private async Task CheckCountAsync()
    {
        var tenant = Cluster.Service<IGrainFactory>(0).GetGrain<ITenantGrain>(TenantKey.Of(Tenant));
        Fixture.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(await tenant.ReserveAsync("one", 1));
        Assert.False(await tenant.ReserveAsync("two", 1));
    }
}

using AvatarGrains.Conformance.Model;
using AvatarGrains.Conformance.Scripted;
using AvatarGrains.Conformance;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Storage;
using AvatarGrains.Storage.Sqlite;

namespace AvatarGrains.Storage.Tests.Sqlite;

/// <summary>
/// A host that dies at any moment between metering ticks, in virtual time across the end of a month: at most one tick is lost, and nothing
/// is counted twice.
/// </summary>
public sealed class MeterCrashTests : IAsyncDisposable
{
    private const int Beat = 10;
    private const string Tenant = "acme";

    private readonly TemporaryFolder _folder = new();
    private readonly HostFixture _fixture = new();
    private readonly List<SqliteDatabase> _databases = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (var database in _databases)
        {
            await database.DisposeAsync();
        }

        _folder.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(59)]
    [InlineData(60)]
    [InlineData(61)]
    [InlineData(89)]
    [InlineData(91)]
    [InlineData(119)]
    [InlineData(120)]
    [InlineData(121)]
    [InlineData(185)]
    public async Task Minutes_after_a_crash_are_those_before_it(int seconds)
    {
        // A month ends in the middle of the second minute.
        _fixture.Time.SetWall(new DateTimeOffset(2026, 3, 31, 23, 58, 30, TimeSpan.Zero));
        var mortal = new MortalStore(Open());
        _fixture.Store = mortal;
        var first = await ModelSessionHost.StartAsync(_fixture.Services(), Token);
        var id = (await first.CreateAsync(HostFixture.Spec() with { Tenant = Tenant }, Token)).Id;
        await RunAsync(first, id, seconds);

        // From here on nothing the first host does reaches the disk, as after kill -9; it is never closed.
        mortal.Die();
        var store = Open();
        var stored = await MeteredAsync(store, id);
        Assert.InRange(seconds - stored.TotalSeconds, 0, _fixture.Policy.MeterInterval.TotalSeconds);

        _fixture.Store = store;
        await using var second = await ModelSessionHost.StartAsync(_fixture.Services(), Token);
        Assert.Equal(stored, await MeteredAsync(store, id));
        await RunAsync(second, id, 130);
        await second.Open(id).SendAsync(new EndSession(TerminationReason.GracefulTermination), Token);
        Assert.Equal(stored + TimeSpan.FromSeconds(130), await MeteredAsync(store, id));
    }

    private async Task RunAsync(ModelSessionHost host, string id, int seconds)
    {
        // The answer to a heartbeat means that everything due before it is stored.
        Assert.True((await host.Open(id).SendAsync(new Heartbeat(), Token)).Accepted);
        for (var left = seconds; left > 0; left -= Beat)
        {
            _fixture.Time.Advance(TimeSpan.FromSeconds(Math.Min(left, Beat)));
            Assert.True((await host.Open(id).SendAsync(new Heartbeat(), Token)).Accepted);
        }
    }

    private SqliteSessionStore Open()
    {
        _databases.Add(SqliteDatabase.Open(_folder.File("minutes.db")));
        return new SqliteSessionStore(_databases[^1]);
    }

    /// <summary>What the session and the tenant's months say, which is the same.</summary>
    private static async Task<TimeSpan> MeteredAsync(SqliteSessionStore store, string id)
    {
        var session = (await store.ReadAsync(id, Token))!.Value.Record.Metered;
        var months = await store.ReadMeterAsync(Tenant, "2026-03", Token) + await store.ReadMeterAsync(Tenant, "2026-04", Token);
        Assert.Equal(session, months);
        return session;
    }

    private sealed class MortalStore(ISessionStore store) : DelegatingSessionStore(store)
    {
        private volatile bool _dead;

        public void Die() => _dead = true;

        public override ValueTask WriteAsync(SessionWrite write, CancellationToken cancellationToken) =>
            _dead ? throw new IOException("This process is dead.") : base.WriteAsync(write, cancellationToken);
    }
}

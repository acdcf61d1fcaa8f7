using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Storage;

namespace AvatarGrains.Conformance;

/// <summary>What every session store does. Inherit and say how a store is opened.</summary>
public abstract class SessionStoreConformance
{
    private static readonly DateTimeOffset Then = new(2026, 3, 31, 23, 59, 59, 123, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Opens the test's store; opening it again shows what was written.</summary>
    protected abstract ValueTask<ISessionStore> OpenAsync();

    [Fact]
    public async Task Written_session_reads_back_whole()
    {
        var store = await OpenAsync();
        var spec = new SessionSpec(
            Capabilities.Llm | Capabilities.StfWebRtc,
            new AvatarView("ada", 512, 768, "#102030", -0.25, 0.5, 1.5),
            "model", "voice", "recognizer", "system \u0000 \"prompt\" ☃", "intro", "doc", "ko-KR", "tenant", "perso", "{\"a\":null}");
        var record = new SessionRecord(
            "s", 1, spec, SessionStatus.Terminated, TerminationReason.SessionMiscError,
            Then, Then.AddSeconds(1), TimeSpan.FromMilliseconds(1234.5), 7, Then.AddDays(1), "offer\r\n", "answer") { RequestsOnly = true };
        HistoryLine[] lines =
        [
            new(1, Speaker.User, "'; DROP TABLE sessions; --", Then, Id: "question \u0000 ☃"),
            new(1, Speaker.User, "without a name", Then),
            new(1, Speaker.Avatar, "No — 아니요 \U0001F600 \u0000\u0001.", Then.AddSeconds(2), true),
        ];
        await store.WriteAsync(new SessionWrite(record, lines), Token);
        var read = await (await OpenAsync()).ReadAsync("s", Token);
        Assert.Equal(record, read!.Value.Record);
        Assert.Equal(lines, read.Value.History);
    }

    [Fact]
    public async Task Unknown_session_is_null()
    {
        var store = await OpenAsync();
        Assert.Null(await store.ReadAsync("nobody", Token));
        Assert.Empty(await store.ListEventsAsync("nobody", Token));
        Assert.Equal(TimeSpan.Zero, await store.ReadMeterAsync("nobody", "2026-03", Token));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(0)]
    public async Task Write_that_does_not_follow_is_refused_and_changes_nothing(long version)
    {
        var store = await OpenAsync();
        await store.WriteAsync(new SessionWrite(Record("s", 1), []), Token);
        await Assert.ThrowsAsync<StorageConflictException>(async () => await store.WriteAsync(
            new SessionWrite(Record("s", version),
            [
                Line("x"),
            ], NewEvents: [Event("s", "e")], Meter: [new MeterEntry("2026-03", TimeSpan.FromSeconds(1))]), Token));
        Assert.Equal(1, (await store.ReadAsync("s", Token))!.Value.Record.Version);
        Assert.Empty((await store.ReadAsync("s", Token))!.Value.History);
        Assert.Empty(await store.ListEventsAsync("s", Token));
        Assert.Equal(TimeSpan.Zero, await store.ReadMeterAsync("t", "2026-03", Token));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Write_that_is_handed_over_again_counts_once(int version)
    {
        var store = await OpenAsync();
        var write = new SessionWrite(Record("s", 1), [], NewEvents: []);
        if (version > 1)
        {
            await store.WriteAsync(write, Token);
        }

        write = new SessionWrite(
            Record("s", version), [Line("x")], NewEvents: [Event("s", "e")], Meter: [new MeterEntry("2026-03", TimeSpan.FromSeconds(1))]);
        await store.WriteAsync(write, Token);
        await store.WriteAsync(write, Token);
        Assert.Single((await store.ReadAsync("s", Token))!.Value.History);
        Assert.Single(await store.ListEventsAsync("s", Token));
        Assert.Equal(TimeSpan.FromSeconds(1), await store.ReadMeterAsync("t", "2026-03", Token));
        await store.WriteAsync(new SessionWrite(Record("s", version + 1), []), Token);
        await Assert.ThrowsAsync<StorageConflictException>(async () => await store.WriteAsync(write, Token));
    }

    [Fact]
    public async Task First_write_of_an_unknown_session_has_version_one()
    {
        var store = await OpenAsync();
        await Assert.ThrowsAsync<StorageConflictException>(async () => await store.WriteAsync(new SessionWrite(Record("s", 2), []), Token));
        Assert.Null(await store.ReadAsync("s", Token));
    }

    [Fact]
    public async Task History_appends_and_clears_in_order()
    {
        var store = await OpenAsync();
        await store.WriteAsync(new SessionWrite(Record("s", 1), [Line("a"), Line("b")]), Token);
        await store.WriteAsync(new SessionWrite(Record("s", 2), [Line("c")]), Token);
        Assert.Equal(["a", "b", "c"], (await store.ReadAsync("s", Token))!.Value.History.Select(l => l.Text));
        await store.WriteAsync(new SessionWrite(Record("s", 3), [Line("d")], ClearHistory: true), Token);
        Assert.Equal(["d"], (await store.ReadAsync("s", Token))!.Value.History.Select(l => l.Text));
    }

    [Fact]
    public async Task Meters_add_up_by_tenant_and_month()
    {
        var store = await OpenAsync();
        await store.WriteAsync(
            new SessionWrite(Record("a", 1), [], Meter: [new("2026-03", TimeSpan.FromSeconds(20)), new("2026-04", TimeSpan.FromSeconds(5))]), Token);
        await store.WriteAsync(new SessionWrite(Record("b", 1), [], Meter: [new("2026-03", TimeSpan.FromSeconds(1.5))]), Token);
        await store.WriteAsync(new SessionWrite(Record("c", 1, tenant: "other"), [], Meter: [new("2026-03", TimeSpan.FromSeconds(9))]), Token);
        Assert.Equal(TimeSpan.FromSeconds(21.5), await store.ReadMeterAsync("t", "2026-03", Token));
        Assert.Equal(TimeSpan.FromSeconds(5), await store.ReadMeterAsync("t", "2026-04", Token));
        Assert.Equal(TimeSpan.FromSeconds(9), await store.ReadMeterAsync("other", "2026-03", Token));
    }

    [Fact]
    public async Task Events_list_oldest_first()
    {
        var store = await OpenAsync();
        await store.WriteAsync(new SessionWrite(Record("s", 1), [], NewEvents: [Event("s", "1"), Event("s", "2")]), Token);
        await store.WriteAsync(new SessionWrite(Record("s", 2), [], NewEvents: [Event("s", "3")]), Token);
        Assert.Equal([Event("s", "1"), Event("s", "2"), Event("s", "3")], await store.ListEventsAsync("s", Token));
    }

    [Fact]
    public async Task Only_sessions_that_have_not_ended_are_active_and_only_old_ones_are_purged()
    {
        var store = await OpenAsync();
        await store.WriteAsync(new SessionWrite(Record("live", 1), [Line("x")]), Token);
        await store.WriteAsync(new SessionWrite(Record("old", 1) with { Status = SessionStatus.Terminated, EndedAt = Then },
        [
            Line("x"),
        ], NewEvents: [Event("old", "1")]), Token);
        await store.WriteAsync(new SessionWrite(Record("new", 1) with { Status = SessionStatus.Terminated, EndedAt = Then.AddDays(2) }, []), Token);
        Assert.Equal(["live"], (await store.ListActiveAsync(Token)).Select(r => r.Id));
        Assert.Equal(1, await store.PurgeAsync(Then.AddDays(1), 100, Token));
        Assert.Null(await store.ReadAsync("old", Token));
        Assert.Empty(await store.ListEventsAsync("old", Token));
        Assert.NotNull(await store.ReadAsync("new", Token));
        Assert.NotNull(await store.ReadAsync("live", Token));
    }

    [Fact]
    public async Task Sessions_of_a_tenant_that_have_not_ended_are_listed_without_those_of_others()
    {
        var store = await OpenAsync();
        await store.WriteAsync(new SessionWrite(Record("mine", 1, "a"), []), Token);
        await store.WriteAsync(new SessionWrite(Record("theirs", 1, "b"), []), Token);
        await store.WriteAsync(new SessionWrite(Record("over", 1, "a") with { Status = SessionStatus.Terminated, EndedAt = Then }, []), Token);
        Assert.Equal(["mine"], await store.ListActiveAsync("a", Token));
        Assert.Empty(await store.ListActiveAsync("", Token));
    }

    [Fact]
    public async Task Purge_takes_the_oldest_first_and_no_more_than_asked()
    {
        var store = await OpenAsync();
        foreach (var day in new[] { 3, 1, 2 })
        {
            var ended = Record($"day{day}", 1) with { Status = SessionStatus.Terminated, EndedAt = Then.AddDays(day) };
            await store.WriteAsync(new SessionWrite(ended, [Line("x")], Meter: [new("2026-03", TimeSpan.FromSeconds(1))]), Token);
        }

        Assert.Equal(2, await store.PurgeAsync(Then.AddDays(9), 2, Token));
        Assert.Null(await store.ReadAsync("day1", Token));
        Assert.Null(await store.ReadAsync("day2", Token));
        Assert.Single((await store.ReadAsync("day3", Token))!.Value.History);
        Assert.Equal(1, await store.PurgeAsync(Then.AddDays(9), 2, Token));
        Assert.Equal(0, await store.PurgeAsync(Then.AddDays(9), 2, Token));
        Assert.Equal(TimeSpan.FromSeconds(3), await store.ReadMeterAsync("t", "2026-03", Token));
    }

    [Fact]
    public async Task Many_writers_at_once_all_succeed_once()
    {
        var store = await OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, 100).Select(async i =>
        {
            await Task.Yield();
            for (var version = 1; version <= 5; version++)
            {
                await store.WriteAsync(
                    new SessionWrite(Record($"s{i}", version), [Line($"{version}")], Meter: [new("2026-03", TimeSpan.FromSeconds(1))]), Token);
            }
        }));
        Assert.Equal(TimeSpan.FromSeconds(500), await store.ReadMeterAsync("t", "2026-03", Token));
        Assert.Equal(["1", "2", "3", "4", "5"], (await store.ReadAsync("s42", Token))!.Value.History.Select(l => l.Text));
    }

    [Fact]
    public async Task Two_writers_of_one_version_cannot_both_win()
    {
        var store = await OpenAsync();
        await store.WriteAsync(new SessionWrite(Record("s", 1), []), Token);
        var wins = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            await Task.Yield();
            try
            {
                await store.WriteAsync(new SessionWrite(Record("s", 2), [Line($"{i}")]), Token);
                return 1;
            }
            catch (StorageConflictException)
            {
                return 0;
            }
        }));
        Assert.Equal(1, wins.Sum());
        Assert.Single((await store.ReadAsync("s", Token))!.Value.History);
    }

    private static SessionRecord Record(string id, long version, string tenant = "t") =>
        new(id, version, HostFixture.Spec() with { Tenant = tenant }, SessionStatus.InProgress, null, Then, null, TimeSpan.Zero, 0, null, null, null);

    private static HistoryLine Line(string text) => new(1, Speaker.User, text, Then);

    private static SessionEventRecord Event(string session, string id) => new(session + id, session, "SESSION_LOG", "detail", Then);
}

using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AvatarGrains.Conformance;
using AvatarGrains.Conformance.Scripted;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Api.Tests.Perso;

/// <summary>Every termination reason, in virtual time, as a client of the REST API sees it.</summary>
public sealed class PersoQuotaTests
{
    private static readonly SessionPolicy Policy = SessionPolicy.Default;

    private readonly HostFixture _fixture = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nobody_comes_in_time()
    {
        await using var server = await PersoServer.StartAsync(fixture: _fixture);
        var id = await server.CreateAsync();
        await AdvanceAsync(server, id, Policy.ConnectTimeout);
        await AssertEndedAsync(server, id, "SESSION_EXPIRED_BEFORE_CONNECTION", 0);
    }

    [Fact]
    public async Task Heartbeats_are_lost_after_the_connection()
    {
        await using var server = await PersoServer.StartAsync(fixture: _fixture);
        var id = await server.CreateAsync();
        await EventAsync(server, id, "SESSION_START");
        _fixture.Time.Advance(TimeSpan.FromSeconds(10));
        await EventAsync(server, id, "SESSION_DURING");
        await AdvanceAsync(server, id, Policy.HeartbeatTimeout);
        Assert.Equal("IN_PROGRESS", (await ViewAsync(server, id)).GetProperty("status").GetString());
        await AdvanceAsync(server, id, Policy.GraceTime);
        await AssertEndedAsync(server, id, "SESSION_LOST_AFTER_CONNECTION", 10 + (int)Policy.HeartbeatTimeout.TotalSeconds);
    }

    [Fact]
    public async Task A_client_comes_back_within_the_grace_time_and_the_gap_costs_nothing()
    {
        await using var server = await PersoServer.StartAsync(fixture: _fixture);
        var id = await server.CreateAsync();
        await EventAsync(server, id, "SESSION_START");
        await AdvanceAsync(server, id, Policy.HeartbeatTimeout);
        await AdvanceAsync(server, id, Policy.GraceTime - TimeSpan.FromSeconds(1));
        await EventAsync(server, id, "SESSION_DURING");
        _fixture.Time.Advance(TimeSpan.FromSeconds(5));
        await EventAsync(server, id, "SESSION_END");
        await AssertEndedAsync(server, id, "GRACEFUL_TERMINATION", (int)Policy.HeartbeatTimeout.TotalSeconds + 5);
    }

    [Fact]
    public async Task A_session_that_breaks_says_so()
    {
        await using var server = await PersoServer.StartAsync(fixture: _fixture);
        var id = await server.CreateAsync();
        _fixture.Engines.Chat.Answer = (_, _) => throw new InvalidOperationException("a bug");
        var answer = await server.PostAsync($"/api/v1/session/{id}/llm/", """{"message":"hi","clear_history":false}""");
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.DoesNotContain("a bug", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await SettleAsync(server, id);
        await AssertEndedAsync(server, id, "SESSION_MISC_ERROR", 0);
    }

    [Fact]
    public async Task One_session_more_than_allowed_is_refused_and_room_returns_at_once()
    {
        _fixture.Limits = new TenantLimits(2, null, null);
        await using var server = await PersoServer.StartAsync(fixture: _fixture);
        var first = await server.CreateAsync();
        await server.CreateAsync();
        var refused = await server.PostAsync("/api/v1/session/", """{"capability":["LLM"]}""");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Contains("max_active_session_quota_exceeded", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await EventAsync(server, first, "SESSION_END");
        await server.CreateAsync();
    }

    [Fact]
    public async Task The_minutes_of_a_session_end_it_after_a_warning()
    {
        _fixture.Limits = new TenantLimits(null, TimeSpan.FromMinutes(5), null);
        await using var server = await PersoServer.StartAsync(fixture: _fixture);
        var id = await server.CreateAsync();
        var sink = new RecordingSink();
        await server.Host.Open(id).SubscribeAsync(sink, Token);
        await EventAsync(server, id, "SESSION_START");
        for (var passed = 0; passed < 290; passed += 10)
        {
            _fixture.Time.Advance(TimeSpan.FromSeconds(10));
            await EventAsync(server, id, "SESSION_DURING");
        }

        // Whoever has no connection is told with every event.
        var told = await server.PostAsync($"/api/v1/session/{id}/event/create/", """{"event":"SESSION_DURING"}""");
        Assert.Contains(
            """{"reason":"MAX_MIN_PER_SESSION_QUOTA_EXCEEDED","left_sec":10}""", await told.Content.ReadAsStringAsync(Token),
            StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromMinutes(1), Assert.Single(sink.Outputs.OfType<QuotaWarning>()).Left);
        await AdvanceAsync(server, id, TimeSpan.FromSeconds(10));
        await AssertEndedAsync(server, id, "MAX_MIN_PER_SESSION_QUOTA_EXCEEDED", 300);
        var late = await server.PostAsync($"/api/v1/session/{id}/llm/", """{"message":"hi","clear_history":false}""");
        Assert.Equal(HttpStatusCode.BadRequest, late.StatusCode);
    }

    [Fact]
    public async Task The_minutes_of_a_month_end_the_session_and_refuse_the_next_until_the_month_is_over()
    {
        _fixture.Limits = new TenantLimits(null, null, TimeSpan.FromMinutes(3));
        _fixture.Time.SetWall(new DateTimeOffset(2026, 3, 31, 23, 50, 0, TimeSpan.Zero));
        await using var server = await PersoServer.StartAsync(fixture: _fixture);
        var id = await server.CreateAsync();
        await EventAsync(server, id, "SESSION_START");
        for (var passed = 0; passed < 170; passed += 10)
        {
            _fixture.Time.Advance(TimeSpan.FromSeconds(10));
            await EventAsync(server, id, "SESSION_DURING");
        }

        await AdvanceAsync(server, id, TimeSpan.FromSeconds(10));
        await AssertEndedAsync(server, id, "TOTAL_MIN_PER_MONTH_QUOTA_EXCEEDED", 180);
        Assert.Equal(TimeSpan.FromMinutes(3), await _fixture.Store.ReadMeterAsync("", "2026-03", Token));
        var refused = await server.PostAsync("/api/v1/session/", """{"capability":["LLM"]}""");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Contains("total_min_per_month_quota_exceeded", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        _fixture.Time.SetWall(new DateTimeOffset(2026, 4, 1, 0, 0, 1, TimeSpan.Zero));
        await server.CreateAsync();
    }

    [Fact]
    public async Task A_clock_that_is_set_back_neither_gives_nor_takes_minutes()
    {
        _fixture.Limits = new TenantLimits(null, TimeSpan.FromMinutes(2), null);
        await using var server = await PersoServer.StartAsync(fixture: _fixture);
        var id = await server.CreateAsync();
        await EventAsync(server, id, "SESSION_START");
        _fixture.Time.Advance(TimeSpan.FromSeconds(30));
        _fixture.Time.SetWall(_fixture.Time.GetUtcNow() - TimeSpan.FromDays(40));
        for (var passed = 30; passed < 120; passed += 30)
        {
            await EventAsync(server, id, "SESSION_DURING");
            _fixture.Time.Advance(TimeSpan.FromSeconds(30));
        }

        await SettleAsync(server, id);
        await AssertEndedAsync(server, id, "MAX_MIN_PER_SESSION_QUOTA_EXCEEDED", 120);
    }

    private static async Task EventAsync(PersoServer server, string id, string name)
    {
        var answer = await server.PostAsync($"/api/v1/session/{id}/event/create/", $$"""{"event":"{{name}}"}""");
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private async Task AdvanceAsync(PersoServer server, string id, TimeSpan by)
    {
        _fixture.Time.Advance(by);
        await SettleAsync(server, id);
    }

    /// <summary>Waits until the session has handled what fell due: commands are handled in order, and an ended session refuses them.</summary>
    private static async Task SettleAsync(PersoServer server, string id) =>
        await server.Host.Open(id).SendAsync(new TransportLost("nobody", false), Token);

    private static Task<JsonElement> ViewAsync(PersoServer server, string id) =>
        server.Http.GetFromJsonAsync<JsonElement>($"/api/v1/session/{id}/", Token);

    private static async Task AssertEndedAsync(PersoServer server, string id, string reason, int seconds)
    {
        var view = await ViewAsync(server, id);
        Assert.Equal(
            ("TERMINATED", reason, seconds),
            (view.GetProperty("status").GetString(), view.GetProperty("termination_reason").GetString(), view.GetProperty("duration_sec")
                .GetInt32()));
    }
}

using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Core.Tests.Sessions;

public sealed class SessionMachineTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>Each reason, how it comes about, and the time that is metered until then.</summary>
    public static TheoryData<TerminationReason, string, double> Reasons => new()
    {
        { TerminationReason.SessionExpiredBeforeConnection, "nobody comes", 0 },
        { TerminationReason.SessionExpiredBeforeConnection, "exchanged but never connected", 0 },
        { TerminationReason.SessionLostAfterConnection, "transport lost", 10 },
        { TerminationReason.SessionLostAfterConnection, "heartbeat lost", 35 },
        { TerminationReason.SessionLostAfterConnection, "requests stop", 600 },
        { TerminationReason.SessionLostAfterConnection, "lost again after coming back", 20 },
        { TerminationReason.GracefulTermination, "transport closed", 10 },
        { TerminationReason.GracefulTermination, "ended", 10 },
        { TerminationReason.SessionMiscError, "broke", 10 },
        { TerminationReason.MaxActiveSessionQuotaExceeded, "refused", 0 },
        { TerminationReason.MaxMinPerSessionQuotaExceeded, "session minutes", 300 },
        { TerminationReason.MaxMinPerSessionQuotaExceeded, "session minutes over two connections", 300 },
        { TerminationReason.TotalMinPerMonthQuotaExceeded, "month minutes", 240 },
        { TerminationReason.TotalMinPerMonthQuotaExceeded, "month used up by others", 60 },
        { TerminationReason.InsufficientCredits, "billing", 10 },
    };

    [Theory]
    [MemberData(nameof(Reasons))]
    public void Every_reason_arises_from_what_it_says(TerminationReason reason, string how, double meteredSeconds)
    {
        var limits = new TenantLimits(
            10, how.StartsWith("session", StringComparison.Ordinal) ? 5 * Minute : null,
            how.StartsWith("month", StringComparison.Ordinal) ? 4 * Minute : null);
        var driver = new MachineDriver(limits: limits);
        Play(driver, how);
        Assert.Equal(SessionStatus.Terminated, driver.Machine.Status);
        Assert.Equal(reason, driver.Machine.Reason);
        Assert.Equal(TimeSpan.FromSeconds(meteredSeconds), driver.Machine.Metered);
        Assert.Equal(reason, Assert.IsType<SessionEffect.Ended>(driver.Effects[^1]).Reason);
        Assert.Single(driver.Effects.OfType<SessionEffect.Ended>());
        Assert.Null(driver.Machine.NextDeadline);
        Assert.NotNull(driver.Machine.EndedAt);

        var count = driver.Effects.Count;
        driver.Input(new SessionInput.Connected("late"));
        driver.Input(new SessionInput.End(TerminationReason.SessionMiscError, ""));
        driver.Pass(TimeSpan.FromHours(1));
        Assert.Equal(count, driver.Effects.Count);
        Assert.Equal(reason, driver.Machine.Reason);
    }

    [Fact]
    public void All_reasons_are_in_the_matrix() =>
        Assert.Equal(Enum.GetValues<TerminationReason>().Order(), Reasons.Select(r => r.Data.Item1).Distinct().Order());

    [Fact]
    public void Status_only_moves_forward()
    {
        var driver = new MachineDriver();
        Assert.Equal(SessionStatus.Created, driver.Machine.Status);
        driver.Input(new SessionInput.Exchanged());
        Assert.Equal(SessionStatus.Exchanged, driver.Machine.Status);
        driver.Input(new SessionInput.Connected("a"));
        Assert.Equal(SessionStatus.InProgress, driver.Machine.Status);
        driver.Input(new SessionInput.Exchanged());
        Assert.Equal(SessionStatus.InProgress, driver.Machine.Status);
        Assert.Equal(driver.Now.Wall, driver.Machine.ConnectedAt);
    }

    [Fact]
    public void Exchange_gives_the_client_its_connect_time_anew()
    {
        var driver = new MachineDriver();
        driver.Pass(50 * Second);
        driver.Input(new SessionInput.Exchanged());
        driver.Pass(50 * Second);
        Assert.Equal(SessionStatus.Exchanged, driver.Machine.Status);
        driver.Pass(10 * Second);
        Assert.Equal(TerminationReason.SessionExpiredBeforeConnection, driver.Machine.Reason);
    }

    [Fact]
    public void Newer_transport_makes_the_loss_of_the_older_meaningless()
    {
        var driver = Connected();
        driver.Input(new SessionInput.Connected("second"));
        driver.Input(new SessionInput.Lost("first", Graceful: true));
        driver.Pass(TimeSpan.FromHours(1));
        Assert.Equal(SessionStatus.InProgress, driver.Machine.Status);
        Assert.Equal("second", driver.Machine.Connection);
    }

    [Fact]
    public void Coming_back_within_the_grace_time_goes_on_and_the_absence_is_free()
    {
        var driver = Connected();
        driver.Pass(20 * Second);
        driver.Input(new SessionInput.Lost("first", Graceful: false));
        driver.Pass(29 * Second);
        driver.Input(new SessionInput.Connected("second"));
        driver.Pass(10 * Second);
        driver.Input(new SessionInput.End(TerminationReason.GracefulTermination, ""));
        Assert.Equal(30 * Second, driver.Machine.Metered);
    }

    [Fact]
    public void Requests_do_not_keep_a_session_whose_transport_is_gone()
    {
        var driver = new MachineDriver();
        driver.Input(new SessionInput.Activity());
        driver.Input(new SessionInput.Connected("first"));
        driver.Input(new SessionInput.Activity());
        driver.Input(new SessionInput.Lost("first", Graceful: false));
        driver.Input(new SessionInput.Activity());
        driver.Pass(driver.Policy.GraceTime);
        Assert.Equal(TerminationReason.SessionLostAfterConnection, driver.Machine.Reason);
    }

    [Fact]
    public void Heartbeats_keep_a_session_forever()
    {
        var driver = new MachineDriver();
        for (var i = 0; i < 1000; i++)
        {
            driver.Input(new SessionInput.Heartbeat());
            driver.Pass(10 * Second);
        }

        Assert.Equal(SessionStatus.InProgress, driver.Machine.Status);
    }

    [Fact]
    public void Time_is_metered_each_minute_and_adds_up()
    {
        var driver = Connected();
        driver.Pass(150 * Second);
        Assert.Equal(2 * Minute, driver.Machine.Metered);
        driver.Input(new SessionInput.End(TerminationReason.GracefulTermination, ""));
        Assert.Equal([Minute, Minute, 30 * Second], driver.Effects.OfType<SessionEffect.Meter>().Select(m => m.Time));
        Assert.Equal(150 * Second, driver.Months["2026-03"]);
    }

    [Fact]
    public void Tick_over_the_end_of_a_month_is_split_in_utc()
    {
        var driver = Connected(wall: new DateTimeOffset(2026, 4, 1, 8, 59, 40, TimeSpan.FromHours(9)));
        driver.Pass(Minute);
        Assert.Equal(20 * Second, driver.Months["2026-03"]);
        Assert.Equal(40 * Second, driver.Months["2026-04"]);
        Assert.Equal(Minute, driver.Machine.Metered);
    }

    [Theory]
    [InlineData(-3600)]
    [InlineData(3600)]
    [InlineData(-86400 * 20)]
    public void Wall_clock_changes_do_not_change_durations(int seconds)
    {
        var driver = Connected(new TenantLimits(1, 5 * Minute, null));
        driver.Pass(90 * Second);
        driver.TurnWallClock(seconds * Second);
        driver.Pass(150 * Second);
        Assert.Equal(SessionStatus.InProgress, driver.Machine.Status);
        Assert.Equal(4 * Minute, driver.Machine.Metered);
        driver.Pass(Minute);
        Assert.Equal(TerminationReason.MaxMinPerSessionQuotaExceeded, driver.Machine.Reason);
        Assert.Equal(5 * Minute, driver.Months.Values.Aggregate(TimeSpan.Zero, (a, b) => a + b));
    }

    [Fact]
    public void Quota_is_warned_of_once_and_with_the_time_left()
    {
        var driver = Connected(new TenantLimits(1, 5 * Minute, null));
        driver.Pass(4 * Minute - Second);
        Assert.Empty(driver.Warnings);
        driver.Pass(2 * Second);
        driver.Pass(30 * Second);
        var warning = Assert.Single(driver.Warnings);
        Assert.Equal((TerminationReason.MaxMinPerSessionQuotaExceeded, Minute), (warning.Reason, warning.Left));
    }

    [Fact]
    public void Quota_shorter_than_the_warning_lead_is_warned_of_at_once()
    {
        var driver = Connected(new TenantLimits(1, 10 * Second, null));
        Assert.Equal(10 * Second, Assert.Single(driver.Warnings).Left);
    }

    [Fact]
    public void Month_quota_counts_what_other_sessions_use_meanwhile()
    {
        var driver = Connected(new TenantLimits(10, null, 10 * Minute));
        driver.Pass(2 * Minute);
        driver.Use("2026-03", 6 * Minute);
        driver.Pass(Minute + Second);
        Assert.Equal(TerminationReason.TotalMinPerMonthQuotaExceeded, Assert.Single(driver.Warnings).Reason);
        driver.Pass(Minute);
        Assert.Equal(TerminationReason.TotalMinPerMonthQuotaExceeded, driver.Machine.Reason);
        Assert.Equal(10 * Minute, driver.Months["2026-03"]);
    }

    [Fact]
    public void New_month_brings_new_minutes()
    {
        var driver = new MachineDriver(
            limits: new TenantLimits(1, null, 2 * Minute), wall: new DateTimeOffset(2026, 3, 31, 23, 59, 30, TimeSpan.Zero));
        driver.Use("2026-03", 90 * Second - Second);
        driver.Input(new SessionInput.Connected("first"));
        driver.Pass(2 * Minute);
        Assert.Equal(SessionStatus.InProgress, driver.Machine.Status);
        driver.Pass(30 * Second);
        Assert.Equal(TerminationReason.TotalMinPerMonthQuotaExceeded, driver.Machine.Reason);
        Assert.Equal(2 * Minute, driver.Months["2026-04"]);
        Assert.Equal(2 * Minute - Second, driver.Months["2026-03"]);
    }

    [Fact]
    public void Restart_meters_nothing_twice_and_waits_one_grace_time()
    {
        var before = Connected();
        before.Pass(150 * Second);
        var machine = before.Machine;
        var life = new StoredLife(machine.Status, null, machine.CreatedAt, machine.ConnectedAt, null, machine.Metered, machine.RequestsOnly);
        var after = new MachineDriver(stored: life);
        Assert.Equal(SessionStatus.InProgress, after.Machine.Status);
        after.Pass(10 * Second);
        after.Input(new SessionInput.Connected("again"));
        after.Pass(30 * Second);
        after.Input(new SessionInput.End(TerminationReason.GracefulTermination, ""));
        Assert.Equal(2 * Minute + 30 * Second, after.Machine.Metered);
        Assert.Equal(30 * Second, after.Months["2026-03"]);

        var alone = new MachineDriver(stored: life);
        alone.Pass(alone.Policy.GraceTime);
        Assert.Equal(TerminationReason.SessionLostAfterConnection, alone.Machine.Reason);
        Assert.Equal(2 * Minute, alone.Machine.Metered);
    }

    [Fact]
    public void Restart_gives_a_client_that_only_makes_requests_its_usual_silence_and_meters_none_of_it()
    {
        var before = new MachineDriver();
        before.Input(new SessionInput.Activity());
        before.Pass(Minute);
        var machine = before.Machine;
        var life = new StoredLife(machine.Status, null, machine.CreatedAt, machine.ConnectedAt, null, machine.Metered, machine.RequestsOnly);
        var after = new MachineDriver(stored: life);
        after.Pass(after.Policy.IdleTimeout - Second);
        after.Input(new SessionInput.Activity());
        after.Pass(Minute);
        Assert.Equal(2 * Minute, after.Machine.Metered);

        var alone = new MachineDriver(stored: life);
        alone.Pass(alone.Policy.IdleTimeout);
        Assert.Equal(TerminationReason.SessionLostAfterConnection, alone.Machine.Reason);
        Assert.Equal(Minute, alone.Machine.Metered);
    }

    [Fact]
    public void Deadlines_slept_through_are_handled_in_their_order_and_at_their_time()
    {
        var driver = new MachineDriver();
        driver.Input(new SessionInput.Heartbeat());
        driver.Sleep(TimeSpan.FromHours(8));
        Assert.Equal(TerminationReason.SessionLostAfterConnection, driver.Machine.Reason);
        Assert.Equal(driver.Policy.HeartbeatTimeout, driver.Machine.Metered);
        Assert.Equal(driver.Machine.CreatedAt + driver.Policy.HeartbeatTimeout + driver.Policy.GraceTime, driver.Machine.EndedAt);
    }

    [Fact]
    public void Suspended_session_meters_what_ran_and_no_more()
    {
        var driver = Connected();
        driver.Pass(45 * Second);
        driver.Input(new SessionInput.Suspend());
        Assert.Equal(45 * Second, driver.Machine.Metered);
        driver.Input(new SessionInput.Suspend());
        Assert.Equal(45 * Second, driver.Months["2026-03"]);
    }

    [Fact]
    public void Policy_names_every_wrong_value()
    {
        var wrong = SessionPolicy.Default with { GraceTime = TimeSpan.Zero, MeterInterval = -Second };
        var error = Assert.Throws<ArgumentException>(wrong.Validate);
        Assert.Contains("GraceTime", error.Message, StringComparison.Ordinal);
        Assert.Contains("MeterInterval", error.Message, StringComparison.Ordinal);
    }

    private static MachineDriver Connected(TenantLimits? limits = null, DateTimeOffset? wall = null)
    {
        var driver = new MachineDriver(limits: limits, wall: wall);
        driver.Input(new SessionInput.Connected("first"));
        return driver;
    }

    private static void Play(MachineDriver driver, string how)
    {
        switch (how)
        {
            case "nobody comes":
                break;
            case "refused":
                driver.Input(new SessionInput.End(TerminationReason.MaxActiveSessionQuotaExceeded, ""));
                break;
            case "exchanged but never connected":
                driver.Input(new SessionInput.Exchanged());
                break;
            case "heartbeat lost":
                driver.Input(new SessionInput.Heartbeat());
                break;
            case "requests stop":
                driver.Input(new SessionInput.Activity());
                break;
            default:
                driver.Input(new SessionInput.Connected("first"));
                PlayConnected(driver, how);
                break;
        }

        driver.Pass(TimeSpan.FromHours(2));
    }

    private static void PlayConnected(MachineDriver driver, string how)
    {
        switch (how)
        {
            case "session minutes" or "month minutes":
                return;
            case "session minutes over two connections":
                driver.Pass(4 * Minute);
                driver.Input(new SessionInput.Lost("first", Graceful: false));
                driver.Pass(10 * Second);
                driver.Input(new SessionInput.Connected("second"));
                return;
            case "month used up by others":
                driver.Use("2026-03", 4 * Minute);
                return;
        }

        driver.Pass(10 * Second);
        switch (how)
        {
            case "transport lost":
                driver.Input(new SessionInput.Lost("first", Graceful: false));
                break;
            case "lost again after coming back":
                driver.Input(new SessionInput.Lost("first", Graceful: false));
                driver.Pass(20 * Second);
                driver.Input(new SessionInput.Connected("second"));
                driver.Pass(10 * Second);
                driver.Input(new SessionInput.Lost("second", Graceful: false));
                break;
            case "transport closed":
                driver.Input(new SessionInput.Lost("first", Graceful: true));
                break;
            case "ended":
                driver.Input(new SessionInput.End(TerminationReason.GracefulTermination, ""));
                break;
            case "broke":
                driver.Input(new SessionInput.End(TerminationReason.SessionMiscError, "bug"));
                break;
            case "billing":
                driver.Input(new SessionInput.End(TerminationReason.InsufficientCredits, ""));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(how), how, null);
        }
    }
}

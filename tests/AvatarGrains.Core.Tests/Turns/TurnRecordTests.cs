using AvatarGrains.Core.Turns;

namespace AvatarGrains.Core.Tests.Turns;

public sealed class TurnRecordTests
{
    private static readonly TimeSpan Start = TimeSpan.FromMinutes(7);

    [Fact]
    public void Without_reports_speech_plays_in_real_time_from_when_it_was_sent()
    {
        var record = Spoken("One two three four.", 1900);
        Assert.Equal(("One two", true), record.Heard(Start + TimeSpan.FromMilliseconds(800), complete: true));
        Assert.Equal(("One two three four.", false), record.Heard(Start + TimeSpan.FromSeconds(5), complete: true));
    }

    [Fact]
    public void Reports_outweigh_the_clock()
    {
        var record = Spoken("One two three four.", 1900);
        record.Report(0, 400, false);
        Assert.Equal(("One", true), record.Heard(Start + TimeSpan.FromSeconds(9), complete: true));
        record.Report(0, 1900, true);
        Assert.Equal(("One two three four.", false), record.Heard(Start + TimeSpan.FromSeconds(9), complete: true));
        Assert.True(record.AllFinished);
    }

    [Fact]
    public void Segments_before_the_one_reported_were_heard()
    {
        var record = Spoken("First.", 600);
        record.Begin("Second sentence.");
        record.Sent(1, 1600, true, Start);
        record.Report(1, 700, false);
        Assert.Equal(("First. Second", true), record.Heard(Start, complete: true));
        Assert.Equal(1300, record.PositionMs);
    }

    [Theory]
    [InlineData(-1, 100)]
    [InlineData(7, 100)]
    [InlineData(0, -5)]
    [InlineData(0, int.MaxValue)]
    public void Reports_that_make_no_sense_do_no_harm(int segment, int playedMs)
    {
        var record = Spoken("One two.", 800);
        record.Report(segment, playedMs, finished: false);
        Assert.InRange(record.PositionMs, 0, 800);
    }

    [Fact]
    public void Pause_in_the_supply_is_not_counted_as_played()
    {
        var record = Spoken("One.", 400);
        var later = Start + TimeSpan.FromSeconds(10);
        record.Begin("Two three.");
        record.Sent(1, 1000, true, later);
        Assert.Equal(400, record.ClockMs(later));
        Assert.Equal(("One. Two", true), record.Heard(later + TimeSpan.FromMilliseconds(500), complete: true));
    }

    private static TurnRecord Spoken(string text, int milliseconds)
    {
        var record = new TurnRecord();
        record.Begin(text);
        record.Sent(0, milliseconds, true, Start);
        return record;
    }
}

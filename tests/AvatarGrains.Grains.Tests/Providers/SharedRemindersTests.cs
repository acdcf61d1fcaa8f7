using AvatarGrains.Grains.Providers;
using AvatarGrains.Core.Storage.InMemory;
using Microsoft.Extensions.Options;

namespace AvatarGrains.Grains.Tests.Providers;

public sealed class SharedRemindersTests
{
    private static readonly DateTime Then = new(2026, 3, 1, 12, 0, 0, 5, DateTimeKind.Utc);

    private readonly SharedReminders _table =
        new(new InMemorySharedRecords(), Options.Create(new Orleans.Configuration.ClusterOptions { ClusterId = "c", ServiceId = "s" }));

    [Theory]
    [InlineData("plain", "alive")]
    [InlineData("with/slash and ☃", "a/b%2F")]
    public async Task Reminder_reads_back_and_its_etag_changes(string key, string name)
    {
        var entry = new ReminderEntry { GrainId = Grain(key), ReminderName = name, StartAt = Then, Period = TimeSpan.FromMinutes(2.5) };
        var first = await _table.UpsertRow(entry);
        var second = await _table.UpsertRow(entry);
        Assert.NotEqual(first, second);
        var read = await _table.ReadRow(Grain(key), name);
        Assert.Equal((entry.GrainId, name, Then, entry.Period, second), (read.GrainId, read.ReminderName, read.StartAt, read.Period, read.ETag));
        Assert.Null(await _table.ReadRow(Grain(key), "other"));
        Assert.False(await _table.RemoveRow(Grain(key), name, first));
        Assert.True(await _table.RemoveRow(Grain(key), name, second));
        Assert.Null(await _table.ReadRow(Grain(key), name));
    }

    [Fact]
    public async Task Grain_has_its_own_reminders_alone()
    {
        await AddAsync("a", "1");
        await AddAsync("a", "2");
        await AddAsync("a/", "3");
        await AddAsync("ab", "4");
        Assert.Equal(["1", "2"], (await _table.ReadRows(Grain("a"))).Reminders.Select(r => r.ReminderName).Order());
    }

    [Fact]
    public async Task Ranges_of_a_ring_divide_the_reminders_without_gap_or_overlap()
    {
        for (var i = 0; i < 200; i++)
        {
            await AddAsync($"g{i}", "alive");
        }

        var hashes = Enumerable.Range(0, 200).Select(i => Grain($"g{i}").GetUniformHashCode()).Order().ToArray();
        uint[] cuts = [hashes[20], hashes[90], hashes[91], uint.MaxValue - 5];
        List<ReminderEntry> found = [];
        for (var i = 0; i < cuts.Length; i++)
        {
            var (begin, end) = (cuts[i], cuts[(i + 1) % cuts.Length]);
            var part = (await _table.ReadRows(begin, end)).Reminders;
            Assert.All(part, r => Assert.True(begin < end
                ? r.GrainId.GetUniformHashCode() > begin && r.GrainId.GetUniformHashCode() <= end
                : r.GrainId.GetUniformHashCode() > begin || r.GrainId.GetUniformHashCode() <= end));
            found.AddRange(part);
        }

        Assert.Equal(200, found.Select(r => r.GrainId).Distinct().Count());
        Assert.Equal(200, found.Count);
        Assert.Equal(200, (await _table.ReadRows(0, 0)).Reminders.Count);
        Assert.Equal(200, (await _table.ReadRows(0, uint.MaxValue)).Reminders.Count);
    }

    private static GrainId Grain(string key) => GrainId.Create("session", key);

    private async Task AddAsync(string key, string name) =>
        await _table.UpsertRow(new ReminderEntry { GrainId = Grain(key), ReminderName = name, StartAt = Then, Period = TimeSpan.FromMinutes(2) });
}

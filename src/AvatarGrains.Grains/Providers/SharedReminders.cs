using System.Globalization;
using System.Text.Json;
using AvatarGrains.Core.Storage;
using Microsoft.Extensions.Options;

namespace AvatarGrains.Grains.Providers;

/// <summary>Orleans' reminders in shared records, by the hash of their grain, so that each silo reads its part of the ring as one range.</summary>
internal sealed class SharedReminders(ISharedRecords records, IOptions<Orleans.Configuration.ClusterOptions> cluster) : IReminderTable
{
    /// <summary>Behind every hash.</summary>
    private const string End = "g";

    private string Space => "reminders/" + cluster.Value.ServiceId;

    public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    public async Task<ReminderTableData> ReadRows(GrainId grainId)
    {
        var prefix = Prefix(grainId);
        var end = prefix[..^1] + (char)(prefix[^1] + 1);
        return Data(await records.ReadAsync(Space, prefix, end, CancellationToken.None));
    }

    /// <remarks>The range is begin &lt; hash ≤ end on a ring.</remarks>
    public async Task<ReminderTableData> ReadRows(uint begin, uint end)
    {
        var (from, to) = (After(begin), After(end));
        return begin < end
            ? Data(await records.ReadAsync(Space, from, to, CancellationToken.None))
            : Data([
                .. await records.ReadAsync(Space, from, End, CancellationToken.None),
                .. await records.ReadAsync(Space, "", to, CancellationToken.None),
            ]);
    }

    public async Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName) =>
        await records.FindAsync(Space, KeyOf(grainId, reminderName), CancellationToken.None) is { } record ? Entry(record) : null;

    public async Task<string?> UpsertRow(ReminderEntry entry)
    {
        var row = new ReminderRow(entry.GrainId.ToString(), entry.ReminderName, entry.StartAt.Ticks, entry.Period.Ticks);
        var change = SharedChange.Write(KeyOf(entry.GrainId, entry.ReminderName), null, JsonSerializer.SerializeToUtf8Bytes(row, ProviderJson.Default.ReminderRow));
        await records.ApplyAsync(Space, [change], CancellationToken.None);
        return Etag(change.Mark);
    }

    public async Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag) => await records.ApplyAsync(
        Space, [SharedChange.Remove(KeyOf(grainId, reminderName), long.Parse(eTag, CultureInfo.InvariantCulture))], CancellationToken.None);

    public async Task TestOnlyClearTable()
    {
        var all = await records.ReadAsync(Space, "", End, CancellationToken.None);
        await records.ApplyAsync(Space, [.. all.Select(r => SharedChange.Remove(r.Key, null))], CancellationToken.None);
    }

    private static string Hash(uint hash) => hash.ToString("x8", CultureInfo.InvariantCulture);

    /// <summary>The first key behind those of a hash.</summary>
    private static string After(uint hash) => hash == uint.MaxValue ? End : Hash(hash + 1);

    private static string Prefix(GrainId grain) => $"{Hash(grain.GetUniformHashCode())}/{Uri.EscapeDataString(grain.ToString())}/";

    private static string KeyOf(GrainId grain, string name) => Prefix(grain) + Uri.EscapeDataString(name);

    private static string Etag(long mark) => mark.ToString(CultureInfo.InvariantCulture);

    private static ReminderTableData Data(IReadOnlyList<SharedRecord> found) => new(found.Select(Entry));

    private static ReminderEntry Entry(SharedRecord record)
    {
        var row = JsonSerializer.Deserialize(record.Content.Span, ProviderJson.Default.ReminderRow)!;
        return new ReminderEntry
        {
            GrainId = GrainId.Parse(row.Grain),
            ReminderName = row.Name,
            StartAt = new DateTime(row.StartAt, DateTimeKind.Utc),
            Period = new TimeSpan(row.Period),
            ETag = Etag(record.Mark),
        };
    }
}

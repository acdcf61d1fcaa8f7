using System.Globalization;
using AvatarGrains.Conformance;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Storage;
using AvatarGrains.Storage.Sqlite;

namespace AvatarGrains.Storage.Tests.Sqlite;

/// <summary>
/// What this executable does instead of testing when it is started as the process to be killed: writes sessions and says what was
/// acknowledged.
/// </summary>
internal static class KilledWriter
{
    public const string Variable = "AVATARGRAINS_KILLED_WRITER";
    public const int Sessions = 8;

    public static async Task RunAsync(string path)
    {
        await using var database = SqliteDatabase.Open(path);
        var store = new SqliteSessionStore(database);
        await Task.WhenAll(Enumerable.Range(0, Sessions).Select(i => WriteAsync(store, i)));
    }

    private static async Task WriteAsync(SqliteSessionStore store, int session)
    {
        await Task.Yield();
        for (var version = 1L; ; version++)
        {
            var record = new SessionRecord(
                $"s{session}", version, HostFixture.Spec(), SessionStatus.InProgress, null, default, null, TimeSpan.Zero, 0, null, null, null);
            var line = new HistoryLine(1, Speaker.User, version.ToString(CultureInfo.InvariantCulture), default);
            await store.WriteAsync(
                new SessionWrite(record, [line], Meter: [new MeterEntry("2026-03", TimeSpan.FromSeconds(1))]), CancellationToken.None);
            Console.WriteLine($"{session} {version}");
        }
    }
}

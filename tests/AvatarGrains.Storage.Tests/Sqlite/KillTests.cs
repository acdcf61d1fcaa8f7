using System.Diagnostics;
using System.Globalization;
using AvatarGrains.Storage.Sqlite;

namespace AvatarGrains.Storage.Tests.Sqlite;

public sealed class KillTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(150)]
    public async Task Killed_process_loses_nothing_it_acknowledged(int writes)
    {
        var token = TestContext.Current.CancellationToken;
        var path = _folder.File("test.db");
        var acknowledged = await WriteUntilKilledAsync(path, writes, token);

        await using var database = SqliteDatabase.Open(path);
        var store = new SqliteSessionStore(database);
        long total = 0;
        for (var i = 0; i < KilledWriter.Sessions; i++)
        {
            var stored = await store.ReadAsync($"s{i}", token);
            var version = stored?.Record.Version ?? 0;
            Assert.True(version >= acknowledged[i], $"session {i} has version {version}, {acknowledged[i]} was acknowledged");
            Assert.Equal(
                Enumerable.Range(1, (int)version).Select(v => v.ToString(CultureInfo.InvariantCulture)), (stored?.History ?? []).Select(l => l.Text));
            total += version;
        }

        Assert.Equal(TimeSpan.FromSeconds(total), await store.ReadMeterAsync("", "2026-03", token));
    }

    private static async Task<long[]> WriteUntilKilledAsync(string path, int writes, CancellationToken token)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(KillTests).Assembly.Location);
        }

        start.Environment[KilledWriter.Variable] = path;
        using var process = Process.Start(start)!;
        var acknowledged = new long[KilledWriter.Sessions];
        var seen = 0;
        while (await process.StandardOutput.ReadLineAsync(token) is { } line)
        {
            // The last line may be cut in the middle.
            if (line.Split(' ') is [var session, var version] && long.TryParse(version, out var number))
            {
                acknowledged[int.Parse(session, CultureInfo.InvariantCulture)] = number;
            }

            if (++seen == writes)
            {
                process.Kill();
            }
        }

        await process.WaitForExitAsync(token);
        Assert.Equal(137, process.ExitCode);
        Assert.True(seen >= writes, $"the writer ended after {seen} writes");
        return acknowledged;
    }
}

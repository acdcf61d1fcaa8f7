using AvatarGrains.Conformance;
using AvatarGrains.Conformance.Time;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Storage;
using AvatarGrains.Core.Storage.InMemory;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvatarGrains.Core.Tests.Storage;

public sealed class SessionRetentionTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly InMemorySessionStore _store = new();
    private readonly SessionRetention _retention;

    public SessionRetentionTests() => _retention = new SessionRetention(_store, TimeSpan.FromDays(1), _time, NullLogger.Instance);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sessions_are_deleted_when_they_have_been_over_for_long_enough_and_not_before()
    {
        await EndAsync("old");
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(0, await _retention.PurgeAsync(Token));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, await _retention.PurgeAsync(Token));
        Assert.Null(await _store.ReadAsync("old", Token));
    }

    [Fact]
    public async Task Many_are_deleted_in_small_writes()
    {
        for (var i = 0; i < SessionRetention.Batch + 1; i++)
        {
            await EndAsync($"s{i}");
        }

        _time.Advance(TimeSpan.FromDays(2));
        var purging = _retention.PurgeAsync(Token);
        Assert.NotNull(await _store.ReadAsync($"s{SessionRetention.Batch}", Token));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(SessionRetention.Batch + 1, await purging);
    }

    [Fact]
    public async Task It_looks_again_every_hour()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var running = _retention.RunAsync(stop.Token);
        await EndAsync("old");
        for (var hour = 0; hour <= 24; hour++)
        {
            _time.Advance(SessionRetention.Every);
            while (_time.ArmedTimers == 0)
            {
                // The next hour begins when it waits for it.
                Token.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        }

        Assert.Null(await _store.ReadAsync("old", Token));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private async Task EndAsync(string id)
    {
        var now = _time.GetUtcNow();
        var record = new SessionRecord(
            id, 1, HostFixture.Spec(), SessionStatus.Terminated, TerminationReason.GracefulTermination, now, null, TimeSpan.Zero, 0, now, null, null);
        await _store.WriteAsync(new SessionWrite(record, []), Token);
    }
}

using AvatarGrains.Conformance.Time;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Storage;
using AvatarGrains.Core.Storage.InMemory;

namespace AvatarGrains.Core.Tests.Sessions;

public sealed class TenantDirectoryTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly InMemoryTenantStore _store = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Server_without_keys_needs_none_and_takes_none()
    {
        var directory = new TenantDirectory(_store, new TenantSettings(), _time);
        Assert.False(await directory.NeedsKeyAsync(Token));
        Assert.Null(await directory.AuthenticateAsync("", Token));
        Assert.Equal(TenantLimits.Local, await directory.FindAsync("", Token));
    }

    [Fact]
    public async Task Key_added_and_revoked_elsewhere_is_noticed_within_a_second()
    {
        var directory = new TenantDirectory(_store, new TenantSettings(), _time);
        Assert.False(await directory.NeedsKeyAsync(Token));
        var key = ApiKey.Create();
        await _store.AddKeyAsync(new ApiKeyRecord(ApiKey.IdOf(key), "acme", ApiKey.Hash(key), default), Token);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await directory.NeedsKeyAsync(Token));
        Assert.Equal("acme", await directory.AuthenticateAsync(key, Token));
        Assert.Null(await directory.AuthenticateAsync(key[..^1], Token));
        Assert.Equal(TenantLimits.Keyed, await directory.FindAsync("acme", Token));
        await _store.RevokeKeyAsync(ApiKey.IdOf(key), default, Token);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await directory.AuthenticateAsync(key, Token));

        // A server whose last key was revoked does not become open to everyone.
        Assert.True(await directory.NeedsKeyAsync(Token));
    }

    [Fact]
    public async Task Configured_keys_and_limits_count_beside_stored_ones()
    {
        var limits = new TenantLimits(1, null, null, 5);
        var settings = new TenantSettings { Keyed = limits, Keys = new Dictionary<string, string> { ["acme"] = "secret-key" } };
        var directory = new TenantDirectory(_store, settings, _time);
        Assert.True(await directory.NeedsKeyAsync(Token));
        Assert.Equal("acme", await directory.AuthenticateAsync("secret-key", Token));
        Assert.Equal(limits, await directory.FindAsync("acme", Token));
        await _store.SetLimitsAsync("acme", TenantLimits.Local, Token);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TenantLimits.Local, await directory.FindAsync("acme", Token));
    }
}

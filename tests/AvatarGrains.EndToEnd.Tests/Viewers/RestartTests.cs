namespace AvatarGrains.EndToEnd.Tests.Viewers;

/// <summary>A browser whose network changes: it restarts ICE on the same connection, by exchanging descriptions again.</summary>
public sealed class RestartTests
{
    [Fact]
    public async Task Restarted_ice_goes_on_with_the_same_connection_channel_and_picture()
    {
        Assert.SkipUnless(PageFixture.Chromium is not null, "Chromium is not installed (package chromium)");
        await using var server = await ServerProcess.StartAsync();
        await using var page = await PageFixture.OpenAsync(server.Address);
        await RestartClient.RestartAsync(page, [server.Address]);
    }
}

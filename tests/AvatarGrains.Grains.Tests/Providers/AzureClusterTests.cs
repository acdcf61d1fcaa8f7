using AvatarGrains.Grains.Configuration;
using AvatarGrains.Conformance.Servers;

namespace AvatarGrains.Grains.Tests.Providers;

/// <summary>Membership and reminders in tables, foreign ids in blobs of Azure Storage's emulator.</summary>
public sealed class AzureClusterTests : ProviderClusterTests
{
    private AzuriteServer? _server;

    private protected override async Task<ClusterOptions> OpenAsync()
    {
        var missing = await AzuriteServer.AbsentAsync();
        Assert.SkipUnless(missing is null, missing ?? "");
        _server = await AzuriteServer.StartAsync();
        return new ClusterOptions { Provider = ClusterProvider.Azure, ConnectionString = _server.ConnectionString };
    }

    private protected override ValueTask CloseAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;
}

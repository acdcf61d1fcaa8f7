namespace AvatarGrains.EndToEnd.Tests;

/// <summary>
/// One server for all tests of a class that leave nothing behind in it: it starts once, and draws and encodes each picture once. A test that
/// stops its server or gives it settings starts one of its own.
/// </summary>
public sealed class ServerFixture : IAsyncLifetime
{
    private ServerProcess? _server;

    internal ServerProcess Server => _server!;

    public async ValueTask InitializeAsync() => _server = await ServerProcess.StartAsync();

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;
}

using Microsoft.Extensions.Hosting;

namespace AvatarGrains.Grains.Tests.Harness;

/// <summary>
/// The process belongs to the test runner. A host's own lifetime takes SIGTERM for a wish to stop that host, and keeps it from the process.
/// </summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

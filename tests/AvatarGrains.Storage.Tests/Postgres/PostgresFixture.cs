using AvatarGrains.Conformance.Servers;
using AvatarGrains.Storage.Tests.Postgres;

[assembly: AssemblyFixture(typeof(PostgresFixture))]

namespace AvatarGrains.Storage.Tests.Postgres;

/// <summary>One PostgreSQL for all tests here that leave it running, or for a class that does not; null where none is installed.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    public PostgresServer? Server { get; private set; }

    public async ValueTask InitializeAsync() => Server = PostgresServer.Absent is null ? await PostgresServer.StartAsync() : null;

    public ValueTask DisposeAsync() => Server?.DisposeAsync() ?? ValueTask.CompletedTask;
}

using AvatarGrains.Conformance.Servers;

namespace AvatarGrains.Storage.Tests.Postgres;

/// <summary>One PostgreSQL for all tests of a class; null where none is installed.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    public PostgresServer? Server { get; private set; }

    public async ValueTask InitializeAsync() => Server = PostgresServer.Absent is null ? await PostgresServer.StartAsync() : null;

    public ValueTask DisposeAsync() => Server?.DisposeAsync() ?? ValueTask.CompletedTask;
}

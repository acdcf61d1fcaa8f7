using System.Net;
using AvatarGrains.Core.Storage;
using StackExchange.Redis;

namespace AvatarGrains.Grains.Providers;

/// <summary>A Redis that the silos share. Connects at its first use, and again by itself. Thread-safe.</summary>
/// <param name="connectionString">As StackExchange.Redis reads it.</param>
internal sealed class RedisServer(string connectionString) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private Task<ConnectionMultiplexer>? _connection;

    /// <returns>Its version and address, in words.</returns>
    /// <exception cref="StorageUnavailableException">It cannot be reached, or refuses the password.</exception>
    public static async Task<string> DescribeAsync(string connectionString, CancellationToken cancellationToken)
    {
        ConfigurationOptions settings;
        try
        {
            settings = ConfigurationOptions.Parse(connectionString);
        }
        catch (Exception wrong) when (wrong is ArgumentException or FormatException)
        {
            // The parser's own words may repeat a part of the string, and so a password.
            throw new StorageUnavailableException("cluster.connectionString is not one that StackExchange.Redis can read", wrong);
        }

        settings.AbortOnConnectFail = true;
        settings.ConnectRetry = 1;
        var place = string.Join(", ", settings.EndPoints.Select(e => e is DnsEndPoint named ? $"{named.Host}:{named.Port}" : e.ToString()));
        try
        {
            await using var connection = await ConnectionMultiplexer.ConnectAsync(settings).WaitAsync(cancellationToken);
            var server = connection.GetServers().First(s => s.IsConnected);
            return $"Redis {server.Version} at {place}";
        }
        catch (RedisException refused)
        {
            var why = refused is RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure } ? "it refuses the password" : "no connection";
            throw new StorageUnavailableException($"Redis at {place} cannot be used: {why}", refused);
        }
    }

    /// <exception cref="StorageUnavailableException">It cannot be reached.</exception>
    public async ValueTask<T> DoAsync<T>(Func<ConnectionMultiplexer, Task<T>> work)
    {
        try
        {
            return await work(await ConnectedAsync());
        }
        catch (Exception lost) when (lost is RedisException or TimeoutException)
        {
            throw new StorageUnavailableException($"Redis cannot be used: {(lost is TimeoutException ? "no answer in time" : "no connection")}", lost);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is { } connection)
        {
            await (await connection).DisposeAsync();
        }
    }

    /// <summary>One connection for all; one that is lost comes back by itself.</summary>
    private Task<ConnectionMultiplexer> ConnectedAsync()
    {
        lock (_lock)
        {
            return _connection ??= ConnectAsync();
        }
    }

    private Task<ConnectionMultiplexer> ConnectAsync()
    {
        var settings = ConfigurationOptions.Parse(connectionString);
        settings.AbortOnConnectFail = false;
        settings.ClientName = "AvatarGrains";
        return ConnectionMultiplexer.ConnectAsync(settings);
    }
}

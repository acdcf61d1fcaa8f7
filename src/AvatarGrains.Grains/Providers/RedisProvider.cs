using System.Net;
using AvatarGrains.Core.Storage;
using AvatarGrains.Grains.Configuration;
using Microsoft.Extensions.Hosting;
using Orleans.Persistence;
using StackExchange.Redis;

namespace AvatarGrains.Grains.Providers;

/// <summary>Membership, reminders and grain storage in Redis, by Orleans' own packages.</summary>
internal static class RedisProvider
{
    public static void Use(ISiloBuilder silo, ClusterOptions options)
    {
        silo.UseRedisClustering(o => o.ConfigurationOptions = Settings());
        silo.UseRedisReminderService(o => o.ConfigurationOptions = Settings());
        foreach (var storage in ClusterProviders.StoragesOf(options))
        {
            silo.AddRedisGrainStorage(storage, (RedisStorageOptions o) =>
            {
                o.ConfigurationOptions = Settings();
                o.DeleteStateOnClear = true;
            });
        }

        ConfigurationOptions Settings() => ConfigurationOptions.Parse(options.ConnectionString);
    }

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
            var why = refused is RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure }
                ? "it refuses the password"
                : "no connection";
            throw new StorageUnavailableException($"Redis at {place} cannot be used: {why}", refused);
        }
    }
}

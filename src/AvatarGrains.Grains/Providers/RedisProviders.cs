using AvatarGrains.Grains.Configuration;
using Microsoft.Extensions.Hosting;
using Orleans.Persistence;
using StackExchange.Redis;

namespace AvatarGrains.Grains.Providers;

/// <summary>Membership, reminders and grain storage in Redis, by Orleans' own packages.</summary>
internal static class RedisProviders
{
    public static void Use(ISiloBuilder silo, string connectionString)
    {
        silo.UseRedisClustering(o => o.ConfigurationOptions = ConfigurationOptions.Parse(connectionString));
        silo.UseRedisReminderService(o => o.ConfigurationOptions = ConfigurationOptions.Parse(connectionString));
        silo.AddRedisGrainStorage(ClusterSiloBuilder.StorageName, (RedisStorageOptions o) =>
        {
            o.ConfigurationOptions = ConfigurationOptions.Parse(connectionString);
            o.DeleteStateOnClear = true;
        });
    }
}

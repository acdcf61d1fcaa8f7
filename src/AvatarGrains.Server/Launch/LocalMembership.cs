using System.Globalization;
using AvatarGrains.Server.Configuration;

namespace AvatarGrains.Server.Launch;

/// <summary>Where the silos of a cluster on one machine find each other, as settings that each of them gets.</summary>
internal sealed class LocalMembership : IAsyncDisposable
{
    private readonly RedisProcess? _redis;

    private LocalMembership(IReadOnlyDictionary<string, string> settings, SiloPlan? primary = null, RedisProcess? redis = null) =>
        (Settings, Primary, _redis) = (settings, primary, redis);

    /// <summary>As environment variables.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; }

    /// <summary>The silo that has to start before the others and to stay, or null.</summary>
    public SiloPlan? Primary { get; }

    /// <summary>
    /// In what the settings name; else in a Redis that is started here; else, where none is installed, in the memory of one of the silos.
    /// </summary>
    /// <param name="options">All settings.</param>
    /// <param name="plans">The silos.</param>
    /// <param name="say">Told what the last way means for whoever uses it.</param>
    /// <exception cref="StartupException">Redis is installed and does not start.</exception>
    public static async Task<LocalMembership> StartAsync(ServerOptions options, IReadOnlyList<SiloPlan> plans, Action<string> say)
    {
        if (!options.Cluster.IsAlone)
        {
            return new LocalMembership(new Dictionary<string, string>());
        }

        if (!RedisProcess.IsInstalled)
        {
            // Edges come and go with their clients; whoever tries that out should not lose the cluster.
            var primary = plans.FirstOrDefault(static plan => !plan.IsEdge) ?? plans[0];
            say($"avatar: {RedisProcess.Program} is not installed, so the cluster's membership is in the memory of the silo {primary.Name}: "
                + "when that one ends, all have to.");
            var place = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{primary.SiloPort}");
            return new LocalMembership(new Dictionary<string, string> { ["AVATAR_CLUSTER__PRIMARY"] = place }, primary);
        }

        try
        {
            var redis = await RedisProcess.StartAsync();
            return new LocalMembership(
                new Dictionary<string, string>
                {
                    ["AVATAR_CLUSTER__PROVIDER"] = "Redis",
                    ["AVATAR_CLUSTER__CONNECTIONSTRING"] = redis.ConnectionString,
                    ["AVATAR_CLUSTER__ADDRESS"] = "127.0.0.1",
                },
                redis: redis);
        }
        catch (IOException failed)
        {
            throw new StartupException(failed.Message, failed);
        }
    }

    public ValueTask DisposeAsync() => _redis?.DisposeAsync() ?? ValueTask.CompletedTask;
}

using AvatarGrains.Grains.Configuration;
using AvatarGrains.Grains.Streams;
using AvatarGrains.Core.Storage;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace AvatarGrains.Grains.Providers;

/// <summary>Adds membership, reminders and grain storage over shared records, which all silos must reach.</summary>
internal static class SharedProviders
{
    public static ISiloBuilder UseSharedMembership(this ISiloBuilder builder, ISharedRecords records)
    {
        builder.Services.AddSingleton<IMembershipTable>(s => ActivatorUtilities.CreateInstance<SharedMembership>(s, records));
        return builder;
    }

    public static ISiloBuilder UseSharedReminders(this ISiloBuilder builder, ISharedRecords records)
    {
        builder.AddReminders();
        builder.Services.AddSingleton<IReminderTable>(s => ActivatorUtilities.CreateInstance<SharedReminders>(s, records));
        return builder;
    }

    public static ISiloBuilder AddSharedGrainStorage(this ISiloBuilder builder, ISharedRecords records)
    {
        builder.Services.AddKeyedSingleton<IGrainStorage>(
            ClusterSiloBuilder.StorageName, (s, _) => ActivatorUtilities.CreateInstance<SharedGrainStorage>(s, records));
        return builder;
    }

    /// <summary>Adds where Orleans keeps who subscribed to the streams that go through queues.</summary>
    public static ISiloBuilder AddSharedSubscriptions(this ISiloBuilder builder, ISharedRecords records)
    {
        builder.Services.AddKeyedSingleton<IGrainStorage>(
            FeedStreams.Subscriptions,
            (s, _) => ActivatorUtilities.CreateInstance<SubscriptionStorage>(s, ActivatorUtilities.CreateInstance<SharedGrainStorage>(s, records)));
        return builder;
    }
}

using AvatarGrains.Grains.Configuration;
using AvatarGrains.Grains.Sessions;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime.Providers;
using Orleans.Streams;

namespace AvatarGrains.Grains.Streams;

/// <summary>Adds the stream provider that carries the feeds. All silos of a cluster have the same one.</summary>
internal static class FeedStreams
{
    /// <summary>Name of the grain storage in which Orleans keeps who subscribed to a memory stream.</summary>
    public const string Subscriptions = "PubSubStore";

    /// <summary>Queues of a cluster: as many silos share the work of emptying them.</summary>
    private const int Queues = 8;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);

    /// <summary>A consumer that takes nothing for longer loses its subscription; it is told, and asks for the feed anew.</summary>
    private static readonly TimeSpan LongestDelivery = TimeSpan.FromSeconds(10);

    /// <param name="silo">The silo. With <see cref="FeedTransport.Memory"/> it also needs a grain storage named <see cref="Subscriptions"/>.</param>
    /// <param name="transport">How they travel.</param>
    public static ISiloBuilder AddFeeds(this ISiloBuilder silo, FeedTransport transport)
    {
        const string name = SessionSilo.Streams;
        switch (transport)
        {
            case FeedTransport.Direct:
                silo.AddGrainExtension<IDirectStreamSource, DirectStreamSource>();
                silo.Services.AddSingleton<DirectStreamHub>();
                silo.Services.AddKeyedSingleton<IStreamProvider>(
                    name, (s, _) => new DirectStreamProvider(name, s.GetRequiredService<IGrainFactory>(), s.GetRequiredService<DirectStreamHub>()));
                break;
            case FeedTransport.Memory:
                silo.AddMemoryStreams(name, static streams =>
                {
                    streams.ConfigurePartitioning(Queues);
                    streams.ConfigureStreamPubSub(StreamPubSubType.ExplicitGrainBasedOnly);
                    streams.ConfigurePullingAgent(static agent => agent.Configure(static o =>
                    {
                        o.GetQueueMsgsTimerPeriod = Poll;
                        o.MaxEventDeliveryTime = LongestDelivery;
                    }));
                    var backoff = new FeedBackoff();
                    streams.ConfigureBackoffProvider((_, _) => (IMessageDeliveryBackoffProvider)backoff);
                    streams.ConfigureBackoffProvider((_, _) => (IQueueReaderBackoffProvider)backoff);
                });
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(transport), transport, "Unknown transport.");
        }

        return silo;
    }
}

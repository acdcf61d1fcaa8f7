using AvatarGrains.Core.Sessions;
using AvatarGrains.Grains.Contracts;
using AvatarGrains.Grains.Sessions;
using AvatarGrains.Grains.Streams;
using Microsoft.Extensions.Logging;
using Orleans.Streams;

namespace AvatarGrains.Grains.Handles;

/// <summary>
/// A link's way into one activation's feed: straight into the session where it runs in this process, else by a subscription to its stream.
/// </summary>
internal sealed class FeedAttachment(SessionLink link, SessionCalls calls) : IFeedListener, IAsyncObserver<FeedBatch>
{
    private StreamSubscriptionHandle<FeedBatch>? _subscription;

    /// <summary>The session, where it runs in this process.</summary>
    public RunningSession? Here { get; private set; }

    /// <summary>Joins the feed where the session is now.</summary>
    /// <param name="seen">How far the link got the feed before.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="SessionRejectedException">There is no such session, or it has ended.</exception>
    public async Task<AttachReply> JoinAsync(FeedMark seen, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (calls.Here(link.Id) is { } running && running.Join(this, seen) is { } here)
            {
                Here = running;
                return here;
            }

            if (await SubscribeAsync(seen, cancellationToken) is { } reply)
            {
                return reply;
            }
        }
    }

    /// <summary>Nobody follows by this any more.</summary>
    public void Forget()
    {
        if (Here is { } here)
        {
            // Apart from the caller, who may hold what the feed waits for.
            calls.Run(() =>
            {
                here.Feed.Leave(this);
                return Task.CompletedTask;
            });
        }

        if (_subscription is { } subscription)
        {
            _subscription = null;
            calls.Run(subscription.UnsubscribeAsync);
        }
    }

    public void OnOutput(FeedMark at, SessionOutput output) => link.OnOutput(this, at, output);

    public void OnClosed() => link.OnClosed(this);

    public Task OnNextAsync(FeedBatch item, StreamSequenceToken? token = null)
    {
        link.OnBatch(this, item);
        return Task.CompletedTask;
    }

    public Task OnCompletedAsync()
    {
        link.OnClosed(this);
        return Task.CompletedTask;
    }

    public Task OnErrorAsync(Exception ex)
    {
        calls.Log.LogWarning(ex, "Session {Session}: its stream failed; its feed is got anew.", link.Id);
        return OnCompletedAsync();
    }

    /// <summary>
    /// Subscribes and joins. Both must have met the session in the same place: had it moved between them, it would publish to nobody here.
    /// </summary>
    /// <returns>Null when it moved between them.</returns>
    private async Task<AttachReply?> SubscribeAsync(FeedMark seen, CancellationToken cancellationToken)
    {
        _subscription = await calls.CallAsync(
            () => new ValueTask<StreamSubscriptionHandle<FeedBatch>>(calls.StreamOf(link.Id).SubscribeAsync(this)), cancellationToken);
        var reply = await calls.CallAsync(() => new ValueTask<AttachReply>(calls.Grain(link.Id).AttachAsync(seen)), cancellationToken);
        if (!reply.Silo.Equals(calls.Local) && (_subscription is not IKnowsProducer handle || handle.Producer.Equals(reply.Silo)))
        {
            return reply;
        }

        // It moved meanwhile, perhaps to this process.
        Forget();
        return null;
    }
}

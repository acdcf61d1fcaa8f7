using AvatarGrains.Edge;
using AvatarGrains.WebRtc.Peers;

namespace AvatarGrains.Server.Composition;

/// <summary>
/// Joins a session that does not exist, before clients come: the first clients of an edge may be those of a lost one, who have waited
/// already when it runs its code for the first time.
/// </summary>
internal static class StartupJoin
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <param name="address">Where this server listens.</param>
    /// <param name="media">Where its media goes.</param>
    /// <param name="log">Told when it does not go well, which costs the first clients some time and nothing else.</param>
    /// <param name="cancellationToken">Cancels the join.</param>
    public static async Task RunAsync(Uri address, EdgeMedia media, ILogger log, CancellationToken cancellationToken)
    {
        try
        {
            await JoinAsync(address, media, cancellationToken);
        }
        catch (Exception failed) when (failed is HttpRequestException or OperationCanceledException)
        {
            log.LogInformation("The first join was not tried out, so it may be slow: {Problem}", failed.Message);
        }
    }

    private static async Task JoinAsync(Uri address, EdgeMedia media, CancellationToken cancellationToken)
    {
        var now = media.Loop.Now;
        var offer = new Peer(media.Peers, SilentPeerObserver.Instance, media.Loop.Writer).CreateOffer(new OfferOptions { Microphone = true }, now);
        new Peer(media.Peers, SilentPeerObserver.Instance, media.Loop.Writer).AcceptOffer(offer, now);
        using var http = new HttpClient { BaseAddress = new Uri(address, $"api/v1/session/{Guid.Empty}/"), Timeout = Limit };
        using var servers = await http.GetAsync("ice-servers/", cancellationToken);
        using var answer = await http.PostAsJsonAsync("exchange/", new { client_sdp = new { type = "offer", sdp = offer } }, cancellationToken);
    }
}

namespace AvatarGrains.Core.Hosting;

/// <summary>Answers WebRTC offers: at this edge, or at others of the cluster. Thread-safe.</summary>
public interface IOffers
{
    /// <summary>Goes on with the connection of a session that is up, as an ICE restart asks for.</summary>
    /// <param name="sessionId">The session.</param>
    /// <param name="offer">SDP.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The answer, or null when the connection is not there or the offer is not of its client.</returns>
    ValueTask<string?> ContinueAsync(string sessionId, string offer, CancellationToken cancellationToken);

    /// <summary>Connects a client to a session.</summary>
    /// <param name="dialect">What is spoken on its data channels.</param>
    /// <param name="sessionId">The session.</param>
    /// <param name="offer">SDP.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The answer, or null when no client is taken there.</returns>
    /// <exception cref="SessionRejectedException">The session refuses, or the offer cannot be used (<see cref="Sessions.RejectReason.InvalidArgument"/>).</exception>
    ValueTask<string?> AnswerAsync(string dialect, string sessionId, string offer, CancellationToken cancellationToken);
}

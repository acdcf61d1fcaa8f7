namespace AvatarGrains.Edge;

/// <summary>Lets the server end all connections when it stops.</summary>
public interface IEdgeDrain
{
    /// <summary>Connections that have not gone.</summary>
    int Count { get; }

    /// <summary>Takes no connections any more; those that are there go on.</summary>
    void Refuse();

    /// <summary>
    /// Asks the clients that understand it to go to other edges while they are still served here, and waits until they have gone, or the
    /// token fires.
    /// </summary>
    Task SendAwayAsync(CancellationToken cancellationToken);

    /// <summary>Closes every connection and waits until their sessions know, or the token fires.</summary>
    Task DrainAsync(CancellationToken cancellationToken);
}

namespace AvatarGrains.Cluster.Contracts;

/// <summary>One edge, for offers that reached another process. Its key is its silo's.</summary>
[Alias("ag.IEdge")]
internal interface IEdgeGrain : IGrainWithIntegerKey
{
    /// <summary>Goes on with a connection that this edge holds.</summary>
    [Alias("Continue"), ResponseTimeout("00:00:02")]
    Task<OfferReply> ContinueAsync(string session, string offer);

    /// <summary>Connects a client.</summary>
    [Alias("Answer"), ResponseTimeout("00:00:10")]
    Task<OfferReply> AnswerAsync(string dialect, string session, string offer);
}

/// <summary>What an edge says to an offer.</summary>
/// <param name="Answer">The answer; null when it has none.</param>
/// <param name="Refusal">Set when it refuses.</param>
[GenerateSerializer, Immutable, Alias("ag.Offer")]
internal sealed record OfferReply([property: Id(0)] string? Answer, [property: Id(1)] RefusalWire? Refusal);

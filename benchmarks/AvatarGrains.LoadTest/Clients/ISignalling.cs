namespace AvatarGrains.LoadTest.Clients;

/// <summary>Exchanges an offer for an answer with one kind of server.</summary>
internal interface ISignalling
{
    /// <summary>True when the server talks on a data channel.</summary>
    bool HasChannel { get; }

    /// <exception cref="HttpRequestException">The server refused or did not answer.</exception>
    Task<string> ExchangeAsync(string offer, CancellationToken cancellationToken);
}

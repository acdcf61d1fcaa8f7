namespace AvatarGrains.LoadTest.Clients;

/// <summary>Exchanges an offer for an answer with one kind of server.</summary>
internal interface ISignalling
{
    /// <summary>True when the server talks on a data channel.</summary>
    bool HasChannel { get; }

    /// <param name="offer">The client's description.</param>
    /// <param name="hears">The server is to recognize speech.</param>
    /// <param name="cancellationToken">Ends the exchange.</param>
    /// <exception cref="HttpRequestException">The server refused or did not answer.</exception>
    Task<string> ExchangeAsync(string offer, bool hears, CancellationToken cancellationToken);

    /// <summary>A client without media.</summary>
    /// <exception cref="NotSupportedException">The server has none of that kind.</exception>
    Task<TextClient> TalkAsync(Behaviour behaviour, TextMeasures measures, Texts texts, CancellationToken cancellationToken);
}

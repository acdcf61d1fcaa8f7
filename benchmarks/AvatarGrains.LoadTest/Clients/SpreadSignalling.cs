namespace AvatarGrains.LoadTest.Clients;

/// <summary>Joins the edges of a cluster in turn. Thread-safe.</summary>
internal sealed class SpreadSignalling(IReadOnlyList<ISignalling> edges) : ISignalling, IDisposable
{
    private int _next = -1;

    public bool HasChannel => edges[0].HasChannel;

    private ISignalling Next => edges[(int)((uint)Interlocked.Increment(ref _next) % edges.Count)];

    public Task<string> ExchangeAsync(string offer, bool hears, CancellationToken cancellationToken) =>
        Next.ExchangeAsync(offer, hears, cancellationToken);

    public Task<TextClient> TalkAsync(Behaviour behaviour, TextMeasures measures, Texts texts, CancellationToken cancellationToken) =>
        Next.TalkAsync(behaviour, measures, texts, cancellationToken);

    public void Dispose()
    {
        foreach (var edge in edges.OfType<IDisposable>())
        {
            edge.Dispose();
        }
    }
}

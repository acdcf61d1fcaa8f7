using System.Collections.Concurrent;
using AvatarGrains.Core.Engines;

namespace AvatarGrains.Engines.Knowledge;

/// <summary>Reads documents into knowledge bases and keeps the newest of each; an edited document is read again at its next use. Bounded.</summary>
public sealed class KnowledgeSource : IKnowledgeSource
{
    private readonly IDocumentTexts _documents;
    private readonly int _capacity;
    private readonly ConcurrentDictionary<string, (DocumentText Text, KnowledgeBase Base)> _cache = new();

    /// <param name="documents">Where texts come from.</param>
    /// <param name="capacity">Most documents kept parsed.</param>
    public KnowledgeSource(IDocumentTexts documents, int capacity = 256)
    {
        _documents = documents;
        _capacity = capacity;
        BuiltIn = BuiltInKnowledge.Load();
    }

    public IKnowledgeBase BuiltIn { get; }

    public async ValueTask<IKnowledgeBase?> FindAsync(string documentId, CancellationToken cancellationToken)
    {
        if (await _documents.FindAsync(documentId, cancellationToken) is not { } text)
        {
            _cache.TryRemove(documentId, out _);
            return null;
        }

        if (_cache.TryGetValue(documentId, out var cached) && cached.Text == text)
        {
            return cached.Base;
        }

        var parsed = KnowledgeBase.FromText(text.Title, text.Text);
        if (_cache.Count >= _capacity)
        {
            _cache.Clear();
        }

        _cache[documentId] = (text, parsed);
        return parsed;
    }
}

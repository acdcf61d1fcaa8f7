namespace AvatarGrains.Core.Engines;

/// <summary>A retrieved passage.</summary>
/// <param name="Text">The passage.</param>
/// <param name="Heading">The heading it stands under, or null.</param>
/// <param name="Score">Higher is better; comparable inside one query.</param>
public sealed record Passage(string Text, string? Heading, double Score);

/// <summary>A searchable body of text: a session's document or the built-in knowledge. Immutable and shared.</summary>
public interface IKnowledgeBase
{
    string Id { get; }

    /// <summary>The text a recognizer builds its language model from.</summary>
    KnowledgeText ForRecognition { get; }

    /// <summary>The best passages, best first.</summary>
    IReadOnlyList<Passage> Search(string query, int limit);
}

/// <summary>Finds the knowledge a session talks about.</summary>
public interface IKnowledgeSource
{
    /// <summary>The knowledge about the server itself.</summary>
    IKnowledgeBase BuiltIn { get; }

    /// <summary>The knowledge of a document id, or null when there is none.</summary>
    ValueTask<IKnowledgeBase?> FindAsync(string documentId, CancellationToken cancellationToken);
}

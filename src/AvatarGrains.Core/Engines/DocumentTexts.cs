namespace AvatarGrains.Core.Engines;

/// <summary>The text of a document that conversations can be about.</summary>
/// <param name="Title">Name for people.</param>
/// <param name="Text">Plain text or Markdown.</param>
public sealed record DocumentText(string Title, string Text);

/// <summary>Where documents are kept. Thread-safe.</summary>
public interface IDocumentTexts
{
    /// <summary>The current text of a document id, or null when there is none.</summary>
    ValueTask<DocumentText?> FindAsync(string documentId, CancellationToken cancellationToken);
}

namespace AvatarGrains.Core.Engines;

/// <summary>Takes the text out of documents. Thread-safe; limits its own time, memory and concurrency.</summary>
public interface IDocumentReader
{
    /// <summary>The text of a file.</summary>
    /// <returns>Null when it is not a text, Markdown or PDF file with words in it that can be read here.</returns>
    ValueTask<string?> ReadAsync(ReadOnlyMemory<byte> file, CancellationToken cancellationToken);
}

using System.Text;
using AvatarGrains.Core.Engines;

namespace AvatarGrains.Api.Tests.Perso;

/// <summary>Takes everything but zeros for text.</summary>
internal sealed class PlainTextReader : IDocumentReader
{
    public ValueTask<string?> ReadAsync(ReadOnlyMemory<byte> file, CancellationToken cancellationToken) =>
        new(file.Span.Contains((byte)0) ? null : Encoding.UTF8.GetString(file.Span));
}

using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;

namespace AvatarGrains.Client.Rest;

/// <summary>
/// The payloads of <c>data:</c> lines, each as soon as its line ends. The contract is <c>data: </c>, JSON and one line feed; blank lines,
/// carriage returns, a missing space, comments and other event-stream fields of similar servers are read as well.
/// </summary>
internal static class EventLines
{
    /// <summary>A longer line, in bytes, is not what a server of this contract sends.</summary>
    public const int MaxLine = 1 << 20;

    /// <summary>Reads until the stream ends; a last line without a line feed counts.</summary>
    /// <exception cref="PersoClientException">A line is longer than <see cref="MaxLine"/>.</exception>
    public static async IAsyncEnumerable<string> ReadAsync(PipeReader reader, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                if (Payload(buffer.Slice(0, end)) is { } payload)
                {
                    yield return payload;
                }

                buffer = buffer.Slice(buffer.GetPosition(1, end));
            }

            if (buffer.Length > MaxLine)
            {
                throw new PersoClientException(PersoFault.Malformed, "The server sent a line longer than a reply can be.");
            }

            if (read.IsCompleted)
            {
                if (Payload(buffer) is { } last)
                {
                    yield return last;
                }

                yield break;
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private static string? Payload(ReadOnlySequence<byte> line)
    {
        var text = Encoding.UTF8.GetString(line).TrimStart('\uFEFF').Trim();
        return text.StartsWith("data:", StringComparison.Ordinal) ? text["data:".Length..].Trim() : null;
    }
}

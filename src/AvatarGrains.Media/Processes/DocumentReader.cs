using System.Globalization;
using System.Text;
using AvatarGrains.Core.Engines;

namespace AvatarGrains.Media.Processes;

/// <summary>Text, Markdown and, by the <c>pdftotext</c> program, PDF.</summary>
public sealed class DocumentReader(ConverterLimits limits, TimeProvider time) : IDocumentReader, IDisposable
{
    private readonly string? _pdf = BoundedProcess.Find("pdftotext");
    private readonly SemaphoreSlim _free = new(limits.Concurrency);

    public async ValueTask<string?> ReadAsync(ReadOnlyMemory<byte> file, CancellationToken cancellationToken)
    {
        var text = file.Span.StartsWith("%PDF-"u8) ? await ReadPdfAsync(file, cancellationToken) : Decode(file.Span);
        return text is null || string.IsNullOrWhiteSpace(text) || Encoding.UTF8.GetByteCount(text) > limits.MaxTextBytes ? null : text;
    }

    public void Dispose() => _free.Dispose();

    private async ValueTask<string?> ReadPdfAsync(ReadOnlyMemory<byte> file, CancellationToken cancellationToken)
    {
        if (_pdf is null)
        {
            return null;
        }

        await _free.WaitAsync(cancellationToken);
        try
        {
            using var late = new CancellationTokenSource(limits.Time, time);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
            string[] arguments = ["-q", "-nopgbrk", "-enc", "UTF-8", "-l", limits.MaxPages.ToString(CultureInfo.InvariantCulture), "-", "-"];
            var text = await BoundedProcess.RunAsync(_pdf, arguments, file, limits.MaxTextBytes, limit.Token);
            cancellationToken.ThrowIfCancellationRequested();
            return text is { } bytes ? Decode(bytes.Span) : null;
        }
        finally
        {
            _free.Release();
        }
    }

    /// <summary>UTF-8, or UTF-16 with its mark; null when it is neither, and so not a text.</summary>
    private static string? Decode(ReadOnlySpan<byte> bytes)
    {
        Encoding encoding = bytes switch
        {
            [0xff, 0xfe, ..] => new UnicodeEncoding(false, true, true),
            [0xfe, 0xff, ..] => new UnicodeEncoding(true, true, true),
            _ => new UTF8Encoding(true, true),
        };
        try
        {
            var text = encoding.GetString(bytes.StartsWith(encoding.Preamble) ? bytes[encoding.Preamble.Length..] : bytes);
            return text.Contains('\0', StringComparison.Ordinal)
                ? null
                : string.Concat(text.Select(c => char.IsControl(c) && c is not ('\n' or '\t') ? ' ' : c));
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}

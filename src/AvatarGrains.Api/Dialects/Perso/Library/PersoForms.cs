using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AvatarGrains.Api.Dialects.Perso.Library;

/// <summary>Reads multipart bodies within their limits.</summary>
internal static class PersoForms
{
    private const int MaxFieldCharacters = 1 << 20;

    /// <summary>Reads the form; large files wait on disk, not in memory.</summary>
    /// <exception cref="PersoException">Too large, or not a form.</exception>
    public static async ValueTask<IFormCollection> ReadAsync(HttpContext context, int maxBytes)
    {
        PersoBodies.Limit(context, maxBytes);
        if (!context.Request.HasFormContentType)
        {
            throw PersoException.Invalid("The body must be multipart/form-data.", null);
        }

        try
        {
            var limits = new FormOptions { ValueCountLimit = 32, ValueLengthLimit = MaxFieldCharacters, MultipartBodyLengthLimit = maxBytes };
            return await context.Request.ReadFormAsync(limits, context.RequestAborted);
        }
        catch (Exception bad) when (bad is InvalidDataException or IOException and not BadHttpRequestException)
        {
            throw PersoException.Invalid("The multipart body could not be read.", null);
        }
    }

    public static async ValueTask<ReadOnlyMemory<byte>> BytesAsync(IFormFile file, CancellationToken cancellationToken)
    {
        var bytes = new byte[file.Length];
        await using var stream = file.OpenReadStream();
        await stream.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }

    public static string? Text(IFormCollection form, string name) => form.TryGetValue(name, out var values) && values.Count > 0 ? values[0] : null;
}

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AvatarGrains.Api.Shared;

/// <summary>Reads multipart bodies within their limits.</summary>
internal static class Forms
{
    private const int MaxFieldCharacters = 1 << 20;
    private const int MaxNameCharacters = 255;

    /// <summary>Reads the form; large files wait on disk, not in memory.</summary>
    /// <returns>The form, or <see cref="RequestFault.TooLarge"/> or <see cref="RequestFault.BadForm"/>.</returns>
    public static async ValueTask<Checked<IFormCollection>> ReadAsync(HttpContext context, int maxBytes)
    {
        if (BodyLimit.Set(context, maxBytes) is { } tooLarge)
        {
            return tooLarge;
        }

        if (!context.Request.HasFormContentType)
        {
            return new RequestError(RequestFault.BadForm, "The body must be multipart/form-data.");
        }

        try
        {
            var limits = new FormOptions { ValueCountLimit = 32, ValueLengthLimit = MaxFieldCharacters, MultipartBodyLengthLimit = maxBytes };
            return new Checked<IFormCollection>(await context.Request.ReadFormAsync(limits, context.RequestAborted));
        }
        catch (BadHttpRequestException bad)
        {
            return RequestError.Of(bad);
        }
        catch (Exception bad) when (bad is InvalidDataException or IOException)
        {
            return new RequestError(RequestFault.BadForm, "The multipart body could not be read.");
        }
    }

    /// <summary>The whole file.</summary>
    public static async ValueTask<ReadOnlyMemory<byte>> BytesAsync(IFormFile file, CancellationToken cancellationToken)
    {
        var bytes = new byte[file.Length];
        await using var stream = file.OpenReadStream();
        await stream.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }

    /// <summary>A field's first text, or null.</summary>
    public static string? Text(IFormCollection form, string name) => form.TryGetValue(name, out var values) && values.Count > 0 ? values[0] : null;

    /// <summary>The last part of an uploaded file's name, for people alone: it is never a path here.</summary>
    public static string FileName(string? name)
    {
        var last = (name ?? "").Split('/', '\\')[^1];
        var clean = string.Concat(last.Where(c => !char.IsControl(c)).Take(MaxNameCharacters));
        return clean.Length == 0 || clean is "." or ".." ? "file" : clean;
    }
}

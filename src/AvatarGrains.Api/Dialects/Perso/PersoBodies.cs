using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AvatarGrains.Api.Dialects.Perso;

/// <summary>Reads request bodies within their limits and writes what SDKs parse.</summary>
internal static class PersoBodies
{
    /// <summary>Strings as they are spoken: SDKs show the raw stream in logs, so no needless escapes.</summary>
    public static PersoJson Readable { get; } =
        new(new JsonSerializerOptions(PersoJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>Reads a JSON body. An empty body or <c>null</c> is refused.</summary>
    public static async ValueTask<T> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type, int maxBytes)
    {
        Limit(context, maxBytes);
        return await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted)
            ?? throw PersoException.Invalid("The body must be a JSON object.", null);
    }

    /// <summary>Lowers or raises the limit of this request's body.</summary>
    public static void Limit(HttpContext context, int maxBytes)
    {
        var feature = context.Features.Get<IHttpMaxRequestBodySizeFeature>();
        if (context.Request.ContentLength is { } length && length > maxBytes)
        {
            // The limit of the connection stays: up to that the rest is read and thrown away, and the client's next request finds the
            // connection as it was.
            if (length > feature?.MaxRequestBodySize)
            {
                context.Response.Headers.Connection = "close";
            }

            throw new PersoException(413, "payload_too_large", "The request is larger than this server takes.");
        }

        if (feature is { IsReadOnly: false })
        {
            feature.MaxRequestBodySize = maxBytes;
        }
    }

    /// <summary>One line of a stream: <c>data: JSON</c> and a single line feed, as SDKs split it.</summary>
    public static async ValueTask WriteLineAsync<T>(HttpContext context, T line, JsonTypeInfo<T> type)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(line, type);
        var bytes = new byte[body.Length + 7];
        "data: "u8.CopyTo(bytes);
        body.CopyTo(bytes, 6);
        bytes[^1] = (byte)'\n';
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    public static void BeginStream(HttpContext context)
    {
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.CacheControl = "no-cache";
        context.Response.Headers["X-Accel-Buffering"] = "no";
    }

    public static string Time(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}

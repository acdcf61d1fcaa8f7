using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace AvatarGrains.Api.Dialects.Perso;

/// <summary>Writes what SDKs parse.</summary>
internal static class PersoBodies
{
    /// <summary>Strings as they are spoken: SDKs show the raw stream in logs, so no needless escapes.</summary>
    public static PersoJson Readable { get; } =
        new(new JsonSerializerOptions(PersoJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

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

using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace AvatarGrains.Api.Shared;

/// <summary>Reads JSON bodies within their limits, whatever content type the client gave them.</summary>
internal static class JsonBody
{
    /// <summary>Reads the body of a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="type">What the body is.</param>
    /// <param name="maxBytes">Largest body.</param>
    /// <returns>
    /// The body, or <see cref="RequestFault.TooLarge"/>, <see cref="RequestFault.Empty"/>, <see cref="RequestFault.NullBody"/>,
    /// <see cref="RequestFault.BadJson"/> or <see cref="RequestFault.WrongType"/>.
    /// </returns>
    public static async ValueTask<Checked<T>> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type, int maxBytes)
    {
        if (BodyLimit.Set(context, maxBytes) is { } tooLarge)
        {
            return tooLarge;
        }

        if (context.Request.ContentLength == 0)
        {
            return new RequestError(RequestFault.Empty, "The request has no body.");
        }

        try
        {
            return await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted) is { } value
                ? value
                : new RequestError(RequestFault.NullBody, "The body must be a JSON object.");
        }
        catch (Exception wrong) when (wrong is JsonException or BadHttpRequestException)
        {
            return RequestError.Of(wrong);
        }
    }
}

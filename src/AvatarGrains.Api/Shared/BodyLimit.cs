using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AvatarGrains.Api.Shared;

/// <summary>Bounds the body of one request.</summary>
internal static class BodyLimit
{
    /// <summary>Lowers or raises the limit of this request's body. A body that grows beyond it ends its reading with status 413.</summary>
    /// <returns>An error when the request says that its body is larger; null otherwise.</returns>
    public static RequestError? Set(HttpContext context, int maxBytes)
    {
        if (context.Request.ContentLength > maxBytes)
        {
            return RequestError.TooLarge();
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
        {
            feature.MaxRequestBodySize = maxBytes;
        }

        return null;
    }
}

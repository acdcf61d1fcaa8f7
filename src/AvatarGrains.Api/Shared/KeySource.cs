using System.Buffers.Text;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace AvatarGrains.Api.Shared;

/// <summary>Where the clients of a dialect put their key. The places are looked at in the order of the properties; the first key counts.</summary>
internal sealed record KeySource
{
    private const string BearerScheme = "Bearer ";

    /// <summary>A header that is the key, or null.</summary>
    public string? Header { get; init; }

    /// <summary>Whether <c>Authorization: Bearer KEY</c> is read; the scheme's case does not matter.</summary>
    public bool Bearer { get; init; }

    /// <summary>A query parameter that is the key, or null.</summary>
    public string? Query { get; init; }

    /// <summary>
    /// What a WebSocket subprotocol starts with whose rest is the key in base64, of either alphabet and with or without padding; or null.
    /// Pages cannot set headers on a WebSocket.
    /// </summary>
    public string? SubprotocolPrefix { get; init; }

    /// <summary>The key of a request; null when there is none.</summary>
    /// <returns>The key and, where it came as a subprotocol, the one that an accepted WebSocket must name.</returns>
    public (string Key, string? Subprotocol)? Read(HttpRequest request)
    {
        if (Header is not null && request.Headers[Header].ToString() is { Length: > 0 } own)
        {
            return (own, null);
        }

        if (Bearer && request.Headers.Authorization.ToString() is var authorization
            && authorization.StartsWith(BearerScheme, StringComparison.OrdinalIgnoreCase)
            && authorization[BearerScheme.Length..].Trim() is { Length: > 0 } token)
        {
            return (token, null);
        }

        if (Query is not null && request.Query[Query].ToString() is { Length: > 0 } parameter)
        {
            return (parameter, null);
        }

        return SubprotocolPrefix is { } prefix ? OfSubprotocols(request.HttpContext.WebSockets.WebSocketRequestedProtocols, prefix) : null;
    }

    private static (string Key, string? Subprotocol)? OfSubprotocols(IEnumerable<string> offered, string prefix)
    {
        foreach (var one in offered.Where(one => one.StartsWith(prefix, StringComparison.Ordinal)))
        {
            var text = one[prefix.Length..].Replace('+', '-').Replace('/', '_');
            if (text.Length > 0 && Base64Url.IsValid(text))
            {
                return (Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)), one);
            }
        }

        return null;
    }
}

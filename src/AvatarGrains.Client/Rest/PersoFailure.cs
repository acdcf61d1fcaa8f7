using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AvatarGrains.Client.Rest;

/// <summary>
/// Makes one line for people of whatever a server answers with an error status: the documented body, another JSON, a proxy's HTML, or
/// nothing.
/// </summary>
internal static partial class PersoFailure
{
    private const int MaxDetail = 300;

    public static PersoClientException Of(HttpResponseMessage response, string body)
    {
        var (code, detail, attr) = Read(body);
        var status = (int)response.StatusCode;
        var message = status is >= 300 and < 400 && response.Headers.Location is { } location
            ? $"The server sends requests on to {location}; use that address."
            : detail ?? Usual(response.StatusCode);
        return new PersoClientException(PersoFault.Refused, attr is null || detail is null ? message : $"{attr}: {message}")
        {
            Status = status, Code = code, Attr = attr, RetryAfter = response.Headers.RetryAfter?.Delta,
        };
    }

    private static (string? Code, string? Detail, string? Attr) Read(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            var first = PersoJson.Field(root, "errors") is { ValueKind: JsonValueKind.Array } errors && errors.GetArrayLength() > 0
                ? errors[0]
                : root;
            var detail = PersoJson.Text(first, "detail") ?? PersoJson.Text(first, "message") ?? PersoJson.Text(first, "error");
            return (PersoJson.Text(first, "code"), Line(detail), PersoJson.Text(first, "attr"));
        }
        catch (JsonException)
        {
            // Not the documented body: a proxy's page, or plain text.
            var plain = body.Contains('<', StringComparison.Ordinal) ? TitleTag().Match(body).Groups["title"].Value : body;
            return (null, Line(plain), null);
        }
    }

    private static string? Line(string? text)
    {
        var line = Blank().Replace(text ?? "", " ").Trim();
        return line.Length switch { 0 => null, > MaxDetail => line[..MaxDetail] + "…", _ => line };
    }

    private static string Usual(HttpStatusCode status) => (int)status switch
    {
        400 => "The server does not take this request.",
        401 or 403 => "The server wants a valid API key.",
        404 => "The server does not know this session or address.",
        413 => "This is larger than the server takes.",
        429 => "Too many requests or sessions; try again later.",
        >= 500 => "The server failed.",
        _ => "The server refused.",
    };

    // Control characters would reach a terminal.
    [GeneratedRegex(@"[\s\p{C}]+")]
    private static partial Regex Blank();

    [GeneratedRegex(@"<title>(?<title>[^<]*)</title>", RegexOptions.IgnoreCase)]
    private static partial Regex TitleTag();
}

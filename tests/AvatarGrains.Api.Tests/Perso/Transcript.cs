using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using AvatarGrains.Api.Tests.Shared;

namespace AvatarGrains.Api.Tests.Perso;

/// <summary>
/// Writes down what is sent and what comes back, byte for byte but for ids and times, and compares with a file kept beside the tests.
/// </summary>
internal sealed partial class Transcript(PersoServer server, string prefix = "/api/v1/")
{
    private readonly StringBuilder _text = new();
    private readonly Dictionary<string, string> _names = [];

    public Task<string> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null, null);

    public Task<string> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path, null, null);

    public Task<string> PostAsync(string path, string json) =>
        SendAsync(HttpMethod.Post, path, new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue("application/json")), json);

    public Task<string> PostFormAsync(string path, MultipartFormDataContent form, string inWords) => SendAsync(HttpMethod.Post, path, form, inWords);

    /// <summary>Compares with <c>Golden/NAME.txt</c>.</summary>
    public void Compare(string name) => GoldenFile.Compare(name, _text.ToString());

    private async Task<string> SendAsync(HttpMethod method, string path, HttpContent? content, string? sent)
    {
        using var request = new HttpRequestMessage(method, prefix + path) { Content = content };
        using var response = await server.Http.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        _text.Append(CultureInfo.InvariantCulture, $"> {method} {prefix}{Hidden(path)}\n");
        if (sent is not null)
        {
            _text.Append(CultureInfo.InvariantCulture, $"> {Hidden(sent)}\n");
        }

        _text.Append(CultureInfo.InvariantCulture, $"< {(int)response.StatusCode} {response.Content.Headers.ContentType}\n");
        if (response.Headers.RetryAfter is { } retry)
        {
            _text.Append(CultureInfo.InvariantCulture, $"< Retry-After: {retry}\n");
        }

        _text.Append(Hidden(body)).Append(body.EndsWith('\n') ? "" : "␄\n").Append('\n');
        return body;
    }

    private string Hidden(string text) => Port().Replace(Time().Replace(Id().Replace(text, id => Name(id.Value)), "<time>"), "//<host>/");

    // Each id has one name all through a transcript, so that it shows which is which.
    private string Name(string id)
    {
        if (!_names.TryGetValue(id, out var name))
        {
            var prefix = id.Length == 36 ? "id" : id[..3];
            _names[id] = name = $"<{prefix}-{_names.Values.Count(one => one.StartsWith($"<{prefix}-", StringComparison.Ordinal)) + 1}>";
        }

        return name;
    }

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(plp|pld|plb|pst)-(?!0{31})[0-9a-f]{32}")]
    private static partial Regex Id();

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z?")]
    private static partial Regex Time();

    [GeneratedRegex(@"//127\.0\.0\.1:\d+/")]
    private static partial Regex Port();
}

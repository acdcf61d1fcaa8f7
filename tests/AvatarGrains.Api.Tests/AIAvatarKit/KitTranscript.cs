using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AvatarGrains.Api.Tests.Shared;
using AvatarGrains.Core.Media;

namespace AvatarGrains.Api.Tests.AIAvatarKit;

/// <summary>
/// Writes down what is sent and what comes back, byte for byte but for ids, times and audio, and compares with a file kept beside the tests.
/// </summary>
internal sealed partial class KitTranscript(KitServer server)
{
    private readonly StringBuilder _text = new();
    private readonly Dictionary<string, string> _names = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public Task<string> PostAsync(string path, string json) =>
        SendAsync(HttpMethod.Post, path, new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue("application/json")), json);

    public Task<string> PostFormAsync(string path, MultipartFormDataContent form, string inWords) => SendAsync(HttpMethod.Post, path, form, inWords);

    public Task<string> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null, null);

    public Task<string> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path, null, null);

    public async Task SayAsync(KitClient client, string json)
    {
        _text.Append(CultureInfo.InvariantCulture, $"ws> {Hidden(json)}\n");
        await client.SendTextAsync(json);
    }

    public void Note(string words) => _text.Append(CultureInfo.InvariantCulture, $"({words})\n");

    /// <summary>Reads up to a message of a type.</summary>
    public async Task HearAsync(KitClient client, string until)
    {
        foreach (var message in await client.ReadUntilAsync(until))
        {
            _text.Append(CultureInfo.InvariantCulture, $"ws< {Hidden(message.GetRawText())}\n");
        }
    }

    public async Task HearCloseAsync(KitClient client)
    {
        Assert.Null(await client.ReadAsync());
        _text.Append(CultureInfo.InvariantCulture, $"ws< closed {(int)client.CloseStatus!.Value} {client.Socket.CloseStatusDescription}\n");
    }

    /// <summary>Compares with <c>Golden/NAME.txt</c>.</summary>
    public void Compare(string name) => GoldenFile.Compare(name, _text.ToString());

    private async Task<string> SendAsync(HttpMethod method, string path, HttpContent? content, string? sent)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using var response = await server.Http.SendAsync(request, Token);
        var bytes = await response.Content.ReadAsByteArrayAsync(Token);
        var body = WaveFile.IsWave(bytes) ? Wave(bytes) : Encoding.UTF8.GetString(bytes);
        _text.Append(CultureInfo.InvariantCulture, $"> {method} {path}\n");
        if (sent is not null)
        {
            _text.Append(CultureInfo.InvariantCulture, $"> {Hidden(sent)}\n");
        }

        _text.Append(CultureInfo.InvariantCulture, $"< {(int)response.StatusCode} {response.Content.Headers.ContentType}\n");
        _text.Append(Hidden(body).Replace("\r\n", "␍\n", StringComparison.Ordinal)).Append(body.EndsWith('\n') ? "" : "␄\n").Append('\n');
        return body;
    }

    private static string Wave(byte[] file) =>
        WaveFile.Read(file) is { } wave ? $"<wave {wave.SampleRate} Hz {wave.Duration.TotalMilliseconds:0} ms>" : "<no wave>";

    private static string Audio(string base64)
    {
        var bytes = Convert.FromBase64String(base64);
        return WaveFile.IsWave(bytes) ? Wave(bytes) : $"<{bytes.Length} bytes>";
    }

    private string Hidden(string text) => Time().Replace(
        Sound().Replace(
            Id().Replace(text, id => _names.TryGetValue(id.Value, out var name) ? name : _names[id.Value] = $"<id-{_names.Count + 1}>"),
            audio => $"\"audio_data\":\"{Audio(JsonSerializer.Deserialize<string>(audio.Groups[1].Value)!)}\""),
        "<time>");

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?<=chatcmpl-)[0-9a-f]{32}")]
    private static partial Regex Id();

    [GeneratedRegex("\"audio_data\":(\"[A-Za-z0-9+/]{40,}=*\")")]
    private static partial Regex Sound();

    [GeneratedRegex(@"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}|(?<=""created(_at)?"":)\d+")]
    private static partial Regex Time();
}

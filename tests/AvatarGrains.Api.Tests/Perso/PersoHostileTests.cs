using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;
using Microsoft.Extensions.DependencyInjection;

namespace AvatarGrains.Api.Tests.Perso;

/// <summary>What no client of good will sends: the right status, the dialect's error, nothing of the server's inside.</summary>
public sealed class PersoHostileTests
{
    private static readonly string[] Values =
    [
        "null", "true", "-1", "1e999", "0.5", "\"\"", "\"x\"", "[]", "[null]", "[[1]]", "{}", "{\"a\":{}}", "\"\\u0000\"", "\"\\ud800\"",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("session/", "using_stf_webrtc capability model_style prompt llm_type tts_type stt_type document background_image "
        + "session_template agent mcp_servers text_normalization_config stt_text_normalization_config padding_left padding_top padding_height "
        + "extra_data")]
    [InlineData("session/ID/event/create/", "event detail")]
    [InlineData("session/ID/exchange/", "client_sdp")]
    [InlineData("session/ID/llm/", "message clear_history")]
    [InlineData("session/ID/llm/v2/", "messages tools")]
    [InlineData("session/ID/tts/", "text locale output_format")]
    [InlineData("prompt/", "name description system_prompt require_document intro_message")]
    [InlineData("document/", "title description content")]
    [InlineData("session_template/", "name description session")]
    public async Task Any_value_in_any_field_is_taken_or_refused_in_the_dialects_words(string path, string fields)
    {
        await using var server = await StartAsync();
        var id = await server.CreateAsync();
        foreach (var field in fields.Split(' '))
        {
            foreach (var value in Values)
            {
                var response = await server.PostAsync("/api/v1/" + path.Replace("ID", id, StringComparison.Ordinal), $"{{\"{field}\":{value}}}");
                await AssertCleanAsync(response, $"{path} {field}={value}");
            }
        }
    }

    [Theory]
    [InlineData("..%2f..%2fetc%2fpasswd")]
    [InlineData("%2e%2e%2f%2e%2e%2fetc%2fpasswd")]
    [InlineData("..%5c..%5cwindows")]
    [InlineData("%00")]
    [InlineData("%27%3B%20DROP%20TABLE%20sessions%3B--")]
    [InlineData("%E2%80%AE%F0%9F%92%A5")]
    [InlineData("pld-00000000000000000000000000000000")]
    public async Task Ids_are_never_paths_or_statements(string id)
    {
        await using var server = await StartAsync();
        foreach (var path in new[]
        {
            "session/{0}/", "prompt/{0}/", "document/{0}/", "background_image/{0}/", "background_image/{0}/image/", "session_template/{0}/",
            "avatars/{0}.jpg",
        })
        {
            var response = await server.Http.GetAsync("/api/v1/" + string.Format(System.Globalization.CultureInfo.InvariantCulture, path, id), Token);
            Assert.True(response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest, $"{path}: {response.StatusCode}");
            if (id != "%00")
            {
                // A zero never comes as far as the dialect: the web server itself refuses it.
                await AssertCleanAsync(response, path);
            }
        }
    }

    [Theory]
    [InlineData("../../../etc/cron.d/x")]
    [InlineData("..\\..\\x")]
    [InlineData("..")]
    [InlineData("a\u0001b")]
    public async Task File_names_are_for_people_alone(string name)
    {
        await using var server = await StartAsync();
        using var form = PersoTranscriptTests.Form(
            "file", name.Replace("\u0001", "%01", StringComparison.Ordinal), "text"u8.ToArray(), ("title", "t"));
        var response = await server.Http.PostAsync("/api/v1/document/", form, Token);
        var body = await response.Content.ReadAsStringAsync(Token);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var file = JsonDocument.Parse(body).RootElement.GetProperty("file").GetString()!;
        Assert.DoesNotContain('/', file);
        Assert.DoesNotContain('\\', file);
        Assert.NotEqual("..", file);
    }

    [Fact]
    public async Task Text_with_control_characters_and_statements_comes_back_as_it_was()
    {
        await using var server = await StartAsync();
        const string Text = "'; DROP TABLE history; -- \u0001\u001b[31m\u202e \"\\ </script> \U0001F600";
        var id = await server.CreateAsync();
        var response = await server.PostAsync($"/api/v1/session/{id}/llm/", JsonSerializer.Serialize(new { message = Text, clear_history = true }));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(Text, (await server.Host.FindAsync(id, Token))!.History[0].Text);
    }

    [Theory]
    [InlineData("session/ID/stt/")]
    [InlineData("document/")]
    [InlineData("background_image/")]
    [InlineData("session/")]
    public async Task A_hundred_megabytes_are_refused_before_they_are_sent(string path)
    {
        await using var server = await StartAsync();
        var id = await server.CreateAsync();
        var address = server.Http.BaseAddress!;
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, Token);
        await using var stream = client.GetStream();
        var head = $"POST /api/v1/{path.Replace("ID", id, StringComparison.Ordinal)} HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; "
            + "boundary=b\r\nContent-Length: 104857600\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), Token);
        using var reader = new StreamReader(stream);
        Assert.Equal("HTTP/1.1 413 Payload Too Large", await reader.ReadLineAsync(Token));
    }

    [Fact]
    public async Task A_hundred_megabytes_of_unknown_length_are_cut_off_without_being_kept()
    {
        await using var server = await StartAsync();
        using var content = new EndlessUpload(100 << 20);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/background_image/") { Content = content };
        request.Headers.TransferEncodingChunked = true;
        try
        {
            using var response = await server.Http.SendAsync(request, Token);
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        }
        catch (HttpRequestException)
        {
            // The server may close the connection while the client still sends.
        }

        Assert.True(content.Sent < 50 << 20, $"{content.Sent} bytes were taken");
    }

    [Fact]
    public async Task A_small_file_of_slow_sound_is_refused_and_never_grows()
    {
        // Twenty minutes at 4 kHz, which would be four times as many samples at the rate of recognition.
        var codecs = new PlainResampling();
        await using var server = await PersoServer.StartAsync(more: services => services.AddSingleton<IAudioCodecs>(codecs));
        var id = await server.CreateAsync();
        using var form = PersoTranscriptTests.Form("audio", "slow.wav", WaveFile.Write(new short[4000 * 1200], 4000));
        var response = await server.Http.PostAsync($"/api/v1/session/{id}/stt/", form, Token);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal(4000 * 601, codecs.Most);
    }

    [Theory]
    [InlineData(100_000, 10)]
    [InlineData(10, 100_000)]
    public async Task A_picture_that_says_it_is_enormous_is_refused(int width, int height)
    {
        await using var server = await StartAsync();
        using var form = PersoTranscriptTests.Form("image", "bomb.png", Pictures.Png(width, height), ("title", "t"));
        var response = await server.Http.PostAsync("/api/v1/background_image/", form, Token);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("invalid_image", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_jpeg_is_known_by_its_bytes_not_by_its_name()
    {
        await using var server = await StartAsync();
        using var good = PersoTranscriptTests.Form("image", "x.txt", Pictures.Jpeg(20, 10), ("title", "t"));
        var added = await server.Http.PostAsync("/api/v1/background_image/", good, Token);
        Assert.Equal(HttpStatusCode.Created, added.StatusCode);
        var image = JsonDocument.Parse(await added.Content.ReadAsStringAsync(Token)).RootElement.GetProperty("image").GetString();
        Assert.Equal("image/jpeg", (await server.Http.GetAsync(image, Token)).Content.Headers.ContentType!.MediaType);
        using var bad = PersoTranscriptTests.Form("image", "x.png", "<svg onload='alert(1)'/>"u8.ToArray(), ("title", "t"));
        Assert.Equal(HttpStatusCode.BadRequest, (await server.Http.PostAsync("/api/v1/background_image/", bad, Token)).StatusCode);
    }

    private static Task<PersoServer> StartAsync() => PersoServer.StartAsync(more: services => services
        .AddSingleton<IDocumentReader>(new PlainTextReader())
        .AddSingleton<IAudioCodecs>(new PlainResampling()));

    private static async Task AssertCleanAsync(HttpResponseMessage response, string what)
    {
        var body = await response.Content.ReadAsStringAsync(Token);
        Assert.True((int)response.StatusCode < 500, $"{what}: {(int)response.StatusCode} {body}");
        Assert.DoesNotContain("   at ", body, StringComparison.Ordinal);
        if ((int)response.StatusCode >= 400)
        {
            Assert.True(body.StartsWith("{\"errors\":[{\"code\":\"", StringComparison.Ordinal), $"{what}: {body}");
        }
    }

    private sealed class EndlessUpload : HttpContent
    {
        private readonly int _length;

        public EndlessUpload(int length)
        {
            _length = length;
            Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=b");
        }

        public int Sent { get; private set; }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync("--b\r\nContent-Disposition: form-data; name=\"image\"; filename=\"x.png\"\r\n\r\n"u8.ToArray(), Token);
            var block = new byte[64 << 10];
            while (Sent < _length)
            {
                await stream.WriteAsync(block, Token);
                Sent += block.Length;
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}

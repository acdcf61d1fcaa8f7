using System.Net;
using System.Net.Http.Headers;
using System.Text;
using AvatarGrains.Api.Shared;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Sessions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AvatarGrains.Api.Tests.Shared;

/// <summary>Bodies of all kinds, and failures of endpoints.</summary>
public sealed class BodyTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"Text":"hello"}""", 200, "hello")]
    [InlineData("""{"Text":"hello","Unknown":1}""", 200, "hello")]
    [InlineData("", 400, "Empty")]
    [InlineData("null", 400, "NullBody")]
    [InlineData("""{"Text":"hello""", 400, "BadJson Text")]
    [InlineData("hello", 400, "BadJson")]
    [InlineData("""{"Text":{"a":1}}""", 400, "WrongType Text")]
    [InlineData("""{"Parts":[{"Text":1}]}""", 400, "WrongType Parts")]
    [InlineData("[]", 400, "WrongType")]
    public async Task Json_body_is_read_or_told_what_is_wrong_with_it(string body, int status, string answer)
    {
        await using var server = await StartAsync();
        using var response = await server.Http.PostAsync("/json", new StringContent(body, Encoding.UTF8, "text/plain"), Token);
        Assert.Equal((status, answer), ((int)response.StatusCode, await response.Content.ReadAsStringAsync(Token)));
    }

    [Theory]
    [InlineData("/json", true)]
    [InlineData("/json", false)]
    [InlineData("/form", true)]
    [InlineData("/form", false)]
    public async Task Body_over_its_limit_is_refused_whether_or_not_it_says_its_length(string path, bool chunked)
    {
        await using var server = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Content = path == "/form"
            ? new MultipartFormDataContent { { new ByteArrayContent(new byte[5000]), "file", "file" } }
            : new StringContent($$"""{"Text":"{{new string('x', 5000)}}"}""");
        request.Headers.TransferEncodingChunked = chunked;
        using var response = await server.Http.SendAsync(request, Token);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal("TooLarge", await response.Content.ReadAsStringAsync(Token));
        Assert.True(response.Headers.ConnectionClose);
    }

    [Fact]
    public async Task Form_gives_its_texts_and_files()
    {
        await using var server = await StartAsync();
        using var form = new MultipartFormDataContent
        {
            { new StringContent("en"), "language" },
            { new ByteArrayContent([1, 2, 3]), "file", "../a\tb/c.wav" },
        };
        using var response = await server.Http.PostAsync("/form", form, Token);
        Assert.Equal("en 3 c.wav", await response.Content.ReadAsStringAsync(Token));
    }

    [Theory]
    [InlineData("application/json", "{}")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nno header")]
    [InlineData("multipart/form-data", "--x\r\n")]
    public async Task Body_that_is_no_form_is_told_so(string type, string body)
    {
        await using var server = await StartAsync();
        using var content = new StringContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        using var response = await server.Http.PostAsync("/form", content, Token);
        Assert.Equal("BadForm", await response.Content.ReadAsStringAsync(Token));
    }

    [Theory]
    [InlineData("unknown", 404, "NotFound")]
    [InlineData("busy", 429, "Busy")]
    [InlineData("engine", 500, "EngineFailed")]
    [InlineData("quota", 429, "QuotaMet")]
    [InlineData("bug", 500, "Bug")]
    public async Task Failure_of_an_endpoint_is_answered_in_the_dialects_shape(string path, int status, string answer)
    {
        await using var server = await StartAsync();
        using var response = await server.Http.GetAsync("/fail/" + path, Token);
        Assert.Equal((status, answer), ((int)response.StatusCode, await response.Content.ReadAsStringAsync(Token)));
        Assert.Equal(path is "busy" or "quota", response.Headers.RetryAfter is not null);
    }

    [Fact]
    public void Unforeseen_failure_tells_nothing_of_itself() =>
        Assert.Equal("The server failed.", RequestError.Of(new InvalidOperationException("secret")).Detail);

    private static Task<SharedServer> StartAsync() => SharedServer.StartAsync(
        (app, _) =>
        {
            app.MapPost("/json", async (HttpContext context) =>
            {
                var words = await JsonBody.ReadAsync(context, BodyJson.Default.Words, 2000).DemandAsync();
                return words.Text;
            });
            app.MapPost("/form", async (HttpContext context) =>
            {
                var form = await Forms.ReadAsync(context, 2000).DemandAsync();
                var file = form.Files[0];
                var bytes = await Forms.BytesAsync(file, context.RequestAborted);
                return $"{Forms.Text(form, "language")} {bytes.Length} {Forms.FileName(file.FileName)}";
            });
            app.MapGet("/fail/{how}", string (string how) => throw (how switch
            {
                "unknown" => new SessionRejectedException(RejectReason.UnknownSession, "?"),
                "busy" => new SessionRejectedException(RejectReason.Busy, "?"),
                "quota" => new SessionRejectedException(RejectReason.QuotaExceeded, "?"),
                "engine" => new EngineException(EngineFault.Rejected, "?"),
                _ => new InvalidOperationException("?"),
            }));
        },
        new FaultShape());
}

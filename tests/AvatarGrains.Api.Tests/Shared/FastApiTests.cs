using System.Text;
using System.Text.Json;
using AvatarGrains.Api.Shared;
using AvatarGrains.Api.Shared.FastApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace AvatarGrains.Api.Tests.Shared;

/// <summary>Error bodies as clients of FastAPI servers know them.</summary>
public sealed class FastApiTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", 422, """{"detail":[{"type":"missing","loc":["body"],"msg":"Field required","input":null}]}""")]
    [InlineData(
        """{"Text":x}""", 422,
        """{"detail":[{"type":"json_invalid","loc":["body",8],"msg":"JSON decode error","input":{},"ctx":{"error":"Expecting value"}}]}""")]
    [InlineData(
        """{"Parts":[{"Text":1}]}""", 422,
        """{"detail":[{"type":"value_error","loc":["body","Parts",0,"Text"],"msg":"Value error, A value has the wrong type.","input":null}]}""")]
    [InlineData(
        """{"Parts":[]}""", 422,
        """{"detail":[{"type":"missing","loc":["body","Text"],"msg":"Field required","input":null}]}""")]
    [InlineData("""{"Text":"fail"}""", 500, """{"detail":"The server failed."}""")]
    public async Task Errors_have_the_shape_of_FastApi(string body, int status, string answer)
    {
        await using var server = await SharedServer.StartAsync(
            (app, _) => app.MapPost("/", async (HttpContext context) =>
            {
                var words = await JsonBody.ReadAsync(context, BodyJson.Default.Words, 2000).DemandAsync();
                if (words.Text is null)
                {
                    throw new RequestException(new RequestError(RequestFault.Missing, "Text is required.", "Text"));
                }

                throw new InvalidOperationException();
            }),
            new FastApiErrors());
        using var response = await server.Http.PostAsync("/", new StringContent(body, Encoding.UTF8, "application/json"), Token);
        Assert.Equal(answer, await response.Content.ReadAsStringAsync(Token));
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.ToString());
    }

    [Fact]
    public async Task Issues_carry_what_came_and_what_was_allowed()
    {
        using var body = JsonDocument.Parse("""{"text":""}""");
        await using var server = await SharedServer.StartAsync(
            (app, _) => app.MapGet("/", () => FastApiAnswers.Unprocessable(
                FastApiIssue.TooShort("text", "", 1), FastApiIssue.TooLong("title", "abc", 2), FastApiIssue.Missing("x", body.RootElement))),
            new FastApiErrors());
        string[] issues =
        [
            """{"type":"string_too_short","loc":["body","text"],"msg":"String should have at least 1 character","input":"","ctx":{"min_length":1}}""",
            """{"type":"string_too_long","loc":["body","title"],"msg":"String should have at most 2 characters","input":"abc","""
                + "\"ctx\":{\"max_length\":2}}",
            """{"type":"missing","loc":["body","x"],"msg":"Field required","input":{"text":""}}""",
        ];
        using var response = await server.Http.GetAsync("/", Token);
        Assert.Equal($"{{\"detail\":[{string.Join(',', issues)}]}}", await response.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task Detail_is_one_text()
    {
        await using var server = await SharedServer.StartAsync(
            (app, _) => app.MapGet("/", () => FastApiAnswers.Detail(404, "Session “x” not found")), new FastApiErrors());
        using var response = await server.Http.GetAsync("/", Token);
        Assert.Equal(404, (int)response.StatusCode);
        Assert.Equal("""{"detail":"Session “x” not found"}""", await response.Content.ReadAsStringAsync(Token));
    }
}

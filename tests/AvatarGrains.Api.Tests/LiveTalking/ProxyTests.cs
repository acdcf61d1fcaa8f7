using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AvatarGrains.Api.Dialects.LiveTalking;
using AvatarGrains.Api.Tests.Perso;
using AvatarGrains.Conformance;

namespace AvatarGrains.Api.Tests.LiveTalking;

/// <summary>The proxy API: who may call, and every status and body.</summary>
public sealed class ProxyTests : IDisposable
{
    private const string Base = "/api/v1/avatar/";

    private readonly string _keys = Path.GetTempFileName();
    private readonly RSA _key = RSA.Create(2048);
    private readonly HostFixture _fixture = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private long Now => _fixture.Time.GetUtcNow().ToUnixTimeSeconds();

    public void Dispose()
    {
        _key.Dispose();
        File.Delete(_keys);
    }

    [Fact]
    public async Task Every_answer_is_as_documented()
    {
        await using var server = await StartAsync();
        SignIn(server, Sign(_key, "one", Claims()));
        var offered = await (await server.PostAsync("/offer", """{"sdp":"v=0 offer","type":"offer"}""")).Content.ReadAsStringAsync(Token);
        using var answer = JsonDocument.Parse(offered);
        var id = answer.RootElement.GetProperty("sessionid").GetInt32();
        Assert.Equal(
            """200 {"webrtc_url":"http://h:8010/offer","human_url":"http://h:8010/human","record_url":"http://h:8010/record"}""",
            await GetAsync(server, "session"));
        Assert.Equal("""200 {"livetalking_available":true,"livetalking_url":"http://h:8010"}""", await GetAsync(server, "health"));
        Assert.Equal(
            """200 {"success":true,"message":"Text sent successfully"}""",
            await PostAsync(server, "send-text", $$"""{"session_id":{{id}},"text":"Hello"}"""));
        Assert.Equal("""404 {"detail":"Session not found"}""", await PostAsync(server, "send-text", """{"session_id":1,"text":"Hello"}"""));
        Assert.Equal(
            """503 {"detail":"LiveTalking server unavailable: recording is not available"}""",
            await PostAsync(server, "recording", $$"""{"session_id":{{id}},"action":"start"}"""));
        Assert.Equal(
            """200 {"success":true,"message":"Recording stopped"}""",
            await PostAsync(server, "recording", $$"""{"session_id":{{id}},"action":"stop"}"""));
        Assert.Equal(
            """404 {"detail":"No recording found. Make sure you stopped recording before downloading."}""",
            await PostAsync(server, "recording/download", $$"""{"session_id":{{id}},"title":null}"""));
    }

    [Theory]
    [InlineData("send-text", """{"session_id":1,"text":""}""", "string_too_short", "String should have at least 1 character")]
    [InlineData("send-text", """{"session_id":1}""", "missing", "Field required")]
    [InlineData("send-text", """{"text":"x"}""", "missing", "Field required")]
    [InlineData("send-text", """{"session_id":1,"text":5}""", "string_type", "Input should be a valid string")]
    [InlineData("send-text", """{"session_id":1.5,"text":"x"}""", "int_from_float", "fractional part")]
    [InlineData("send-text", """{"session_id":null,"text":"x"}""", "int_type", "Input should be a valid integer")]
    [InlineData("send-text", """{"session_id":1,"text":"x","interrupt":"soon"}""", "bool_parsing", "unable to interpret input")]
    [InlineData("send-text", "{", "json_invalid", "JSON decode error")]
    [InlineData("send-text", "[]", "model_attributes_type", "valid dictionary")]
    [InlineData("recording", """{"session_id":1,"action":"pause"}""", "literal_error", "Input should be 'start' or 'stop'")]
    public async Task Bad_bodies_are_422_in_the_shape_of_fastapi(string path, string body, string type, string words)
    {
        await using var server = await StartAsync();
        SignIn(server, Sign(_key, "one", Claims()));
        var answer = await PostAsync(server, path, body);
        Assert.StartsWith("422 {\"detail\":[{", answer, StringComparison.Ordinal);
        Assert.Contains($"\"type\":\"{type}\"", answer, StringComparison.Ordinal);
        Assert.Contains(words, answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_long_texts_are_422()
    {
        await using var server = await StartAsync();
        SignIn(server, Sign(_key, "one", Claims()));
        var text = await PostAsync(server, "send-text", $$"""{"session_id":1,"text":"{{new string('x', 5001)}}"}""");
        Assert.Contains("string_too_long", text, StringComparison.Ordinal);
        var title = await PostAsync(server, "recording/download", $$"""{"session_id":1,"title":"{{new string('x', 256)}}"}""");
        Assert.Contains("string_too_long", title, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exp", -60)]
    [InlineData("exp", null)]
    [InlineData("iat", 60)]
    [InlineData("iat", null)]
    [InlineData("sub", "")]
    [InlineData("sub", null)]
    [InlineData("aud", "another")]
    [InlineData("iss", "https://securetoken.google.com/another")]
    public async Task Token_with_a_wrong_claim_is_401(string claim, object? value)
    {
        await using var server = await StartAsync();
        var claims = Claims();
        if (value is null)
        {
            claims.Remove(claim);
        }
        else
        {
            claims[claim] = value is int seconds ? Now + seconds : value;
        }

        SignIn(server, Sign(_key, "one", claims));
        Assert.Equal("""401 {"detail":"Invalid or expired Firebase token"}""", await GetAsync(server, "session"));
    }

    [Fact]
    public async Task Missing_forged_and_unsigned_tokens_are_401_and_health_needs_none()
    {
        await using var server = await StartAsync();
        Assert.Equal("""401 {"detail":"Missing Firebase token"}""", await GetAsync(server, "session"));
        Assert.StartsWith("200", await GetAsync(server, "health"), StringComparison.Ordinal);
        using var other = RSA.Create(2048);
        foreach (var bad in new[] { "x", Sign(other, "one", Claims()), Unsigned(Claims()), Symmetric(Claims()) })
        {
            SignIn(server, bad);
            Assert.Equal("""401 {"detail":"Invalid or expired Firebase token"}""", await GetAsync(server, "session"));
        }
    }

    [Fact]
    public async Task Token_of_a_new_key_is_taken_once_the_keys_were_read_again()
    {
        await using var server = await StartAsync();
        SignIn(server, Sign(_key, "one", Claims()));
        Assert.StartsWith("200", await GetAsync(server, "session"), StringComparison.Ordinal);
        using var next = RSA.Create(2048);
        WriteKeys(("two", next));
        SignIn(server, Sign(next, "two", Claims()));
        // The keys are read again in the background, a second after the last time: requests before that are refused.
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        while (!(await GetAsync(server, "session")).StartsWith("200", StringComparison.Ordinal))
        {
            patience.Token.ThrowIfCancellationRequested();
        }
    }

    [Fact]
    public async Task Keys_that_cannot_be_read_are_503()
    {
        File.WriteAllText(_keys, "no keys");
        await using var server = await StartAsync(write: false);
        SignIn(server, Sign(_key, "one", Claims()));
        Assert.StartsWith("503 {\"detail\":\"LiveTalking server unavailable: ", await GetAsync(server, "session"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_project_there_is_no_proxy()
    {
        await using var server = await PersoServer.StartAsync();
        Assert.StartsWith("404", await GetAsync(server, "health"), StringComparison.Ordinal);
    }

    private static void SignIn(PersoServer server, string token) =>
        server.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);

    private static async Task<string> GetAsync(PersoServer server, string path) =>
        await ReadAsync(await server.Http.GetAsync(Base + path, Token));

    private static async Task<string> PostAsync(PersoServer server, string path, string body) =>
        await ReadAsync(await server.PostAsync(Base + path, body));

    private static async Task<string> ReadAsync(HttpResponseMessage response) =>
        $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(Token)}";

    private static string Encode(object value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));

    private static string Sign(RSA key, string id, Dictionary<string, object> claims)
    {
        var text = $"{Encode(new { alg = "RS256", kid = id, typ = "JWT" })}.{Encode(claims)}";
        return $"{text}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    private static string Unsigned(Dictionary<string, object> claims) => $"{Encode(new { alg = "none", typ = "JWT" })}.{Encode(claims)}.";

    /// <summary>Signed with what everybody knows: the public key as if it were a secret.</summary>
    private string Symmetric(Dictionary<string, object> claims)
    {
        var text = $"{Encode(new { alg = "HS256", kid = "one", typ = "JWT" })}.{Encode(claims)}";
        return $"{text}.{Base64Url.EncodeToString(HMACSHA256.HashData(_key.ExportSubjectPublicKeyInfo(), Encoding.ASCII.GetBytes(text)))}";
    }

    private Dictionary<string, object> Claims() => new()
    {
        ["iss"] = "https://securetoken.google.com/project",
        ["aud"] = "project",
        ["sub"] = "user",
        ["iat"] = Now - 10,
        ["exp"] = Now + 3600,
    };

    private void WriteKeys(params (string Id, RSA Key)[] keys) => File.WriteAllText(_keys, JsonSerializer.Serialize(new
    {
        keys = keys.Select(one => new
        {
            kty = "RSA",
            use = "sig",
            alg = "RS256",
            kid = one.Id,
            n = Base64Url.EncodeToString(one.Key.ExportParameters(false).Modulus),
            e = Base64Url.EncodeToString(one.Key.ExportParameters(false).Exponent),
        }),
    }));

    private Task<PersoServer> StartAsync(bool write = true)
    {
        if (write)
        {
            WriteKeys(("one", _key));
        }

        return PersoServer.StartAsync(fixture: _fixture, liveTalking: new LiveTalkingOptions
        {
            LegacyIds = true,
            Proxy = new LiveTalkingProxyOptions
            {
                Project = "project", Keys = _keys, KeysAgainAfter = TimeSpan.FromSeconds(1), PublicUrl = "http://h:8010/",
            },
        });
    }
}

using AvatarGrains.Core.Engines;
using AvatarGrains.Engines.Asr;
using AvatarGrains.Engines.Tests.Llm;

namespace AvatarGrains.Engines.Tests.Asr;

public sealed class OpenAiRecognizerTests
{
    [Fact]
    public async Task Utterance_is_sent_as_wav_with_model_language_and_key()
    {
        await using var server = Answering("{\"text\":\" Hello there. \"}");
        var heard = await RecogniseAsync(server, 1600, "ko-KR");

        Assert.Equal(("Hello there.", true), (heard.Text, heard.Understood));
        var request = Assert.Single(server.Requests);
        Assert.StartsWith("/v1/audio/transcriptions Bearer secret", request);
        Assert.Contains("whisper-1", request);
        Assert.Contains("\r\nko\r\n", request);
        var wav = request.IndexOf("RIFF", StringComparison.Ordinal);
        Assert.Equal("WAVEfmt ", request.Substring(wav + 8, 8));
        Assert.Equal(3200, request[wav + 40] | (request[wav + 41] << 8));
        Assert.Equal("\r\n--", request.Substring(wav + 44 + 3200, 4));
    }

    [Fact]
    public async Task Nothing_said_asks_nobody()
    {
        await using var server = Answering("{\"text\":\"x\"}");
        Assert.Equal(Transcript.Nothing, await RecogniseAsync(server, 0, null));
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData(401, EngineFault.Unauthorized)]
    [InlineData(429, EngineFault.Overloaded)]
    [InlineData(500, EngineFault.Failed)]
    public async Task Refusal_has_its_fault(int status, EngineFault fault)
    {
        await using var server = FakeOpenAi.Status(status);
        Assert.Equal(fault, (await Assert.ThrowsAsync<EngineException>(() => RecogniseAsync(server, 160, null))).Fault);
    }

    [Fact]
    public async Task Rubbish_is_a_failure()
    {
        await using var server = Answering("<html>");
        Assert.Equal(EngineFault.Failed, (await Assert.ThrowsAsync<EngineException>(() => RecogniseAsync(server, 160, null))).Fault);
    }

    private static FakeOpenAi Answering(string body) => new(c =>
    {
        c.Response.ContentType = "application/json";
        c.Response.Close(System.Text.Encoding.UTF8.GetBytes(body), false);
        return Task.CompletedTask;
    });

    private static async Task<Transcript> RecogniseAsync(FakeOpenAi server, int samples, string? language)
    {
        using var http = new HttpClient();
        var recognizer = new OpenAiRecognizer(http, new OpenAiRecognizerOptions("whisper", new Uri(server.BaseUrl), "secret"));
        using var recognition = await recognizer.StartAsync(new RecognitionContext(language, null), default);
        recognition.Write(new short[samples]);
        return await recognition.FinishAsync(default);
    }
}

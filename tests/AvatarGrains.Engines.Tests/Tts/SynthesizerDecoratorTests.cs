using System.Net;
using AvatarGrains.Core.Engines;
using AvatarGrains.Engines.Scripted;
using AvatarGrains.Engines.Tts;

namespace AvatarGrains.Engines.Tests.Tts;

public sealed class SynthesizerDecoratorTests
{
    private static readonly SpeechRequest Hello = new("hello dear world");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Scripted_speech_is_the_same_every_time_with_tiling_phonemes()
    {
        var one = await CollectAsync(new ScriptedSynthesizer());
        var two = await CollectAsync(new ScriptedSynthesizer());
        Assert.Equal(3, one.Count);
        Assert.Equal(one.SelectMany(p => p.Audio.Samples.ToArray()), two.SelectMany(p => p.Audio.Samples.ToArray()));
        var phonemes = one.SelectMany(p => p.Phonemes).ToList();
        Assert.All(phonemes.Zip(phonemes.Skip(1)), p => Assert.Equal(p.First.EndMs, p.Second.StartMs));
        Assert.Equal(one.Sum(p => p.Audio.Duration.TotalMilliseconds), phonemes[^1].EndMs, 1.0);
    }

    [Fact]
    public async Task Cached_request_is_made_once_and_forgotten_when_there_is_no_room()
    {
        var calls = 0;
        var inner = new ScriptedSynthesizer { Pace = _ => { calls++; return Task.CompletedTask; } };
        var cached = new CachedSynthesizer(inner, 1_000_000);
        var first = await CollectAsync(cached);
        Assert.Equal(first, await CollectAsync(cached));
        Assert.Equal(3, calls);
        var small = new CachedSynthesizer(inner, 1000);
        _ = await CollectAsync(small);
        _ = await CollectAsync(small);
        Assert.Equal(9, calls);
    }

    [Fact]
    public async Task Failed_request_is_not_cached()
    {
        EngineFault? fault = EngineFault.Failed;
        var cached = new CachedSynthesizer(new ScriptedSynthesizer { Fault = _ => fault }, 1_000_000);
        await Assert.ThrowsAsync<EngineException>(() => CollectAsync(cached));
        fault = null;
        Assert.Equal(3, (await CollectAsync(cached)).Count);
    }

    [Fact]
    public async Task Late_engine_times_out_and_a_cancelled_caller_is_told_so()
    {
        var inner = new ScriptedSynthesizer { Pace = t => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, t) };
        var limited = new TimeoutSynthesizer(inner, TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(5), TimeProvider.System);
        var exception = await Assert.ThrowsAsync<EngineException>(() => CollectAsync(limited));
        Assert.Equal(EngineFault.Timeout, exception.Fault);

        using var cancel = new CancellationTokenSource();
        var patient = new TimeoutSynthesizer(inner, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(5), TimeProvider.System);
        var waiting = CollectAsync(patient, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task Too_many_requests_are_refused_and_places_come_free()
    {
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var limited = new LimitedSynthesizer(new ScriptedSynthesizer { Pace = _ => open.Task }, running: 1, waiting: 1);
        var first = CollectAsync(limited);
        var second = CollectAsync(limited);
        var exception = await Assert.ThrowsAsync<EngineException>(() => CollectAsync(limited));
        Assert.Equal(EngineFault.Overloaded, exception.Fault);
        open.SetResult();
        Assert.Equal(3, (await first).Count);
        Assert.Equal(3, (await second).Count);
        Assert.Equal(3, (await CollectAsync(limited)).Count);
    }

    [Fact]
    public async Task Endpoint_streams_pcm_whatever_its_chunks()
    {
        var bytes = Enumerable.Range(0, 20001).Select(i => (byte)i).ToArray();
        using var handler = new Answer(HttpStatusCode.OK, bytes);
        using var http = new HttpClient(handler);
        var pieces = await CollectAsync(Endpoint(http));
        Assert.Equal(10000, pieces.Sum(p => p.Audio.Samples.Length));
        Assert.Equal(0x0100, pieces[0].Audio.Samples.Span[0]);
        Assert.All(pieces, p => Assert.Empty(p.Phonemes));
        Assert.Equal("http://127.0.0.1:1/v1/audio/speech", handler.Uri);
        Assert.Contains("\"response_format\":\"pcm\"", handler.Body, StringComparison.Ordinal);
        Assert.Equal("Bearer key", handler.Authorization);
        Assert.Equal(handler.Body.Length, handler.Length);
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized, EngineFault.Unauthorized)]
    [InlineData(HttpStatusCode.TooManyRequests, EngineFault.Overloaded)]
    [InlineData(HttpStatusCode.BadRequest, EngineFault.Rejected)]
    [InlineData(HttpStatusCode.InternalServerError, EngineFault.Failed)]
    [InlineData(HttpStatusCode.ServiceUnavailable, EngineFault.Unavailable)]
    public async Task Refusal_of_the_endpoint_becomes_a_fault(HttpStatusCode status, EngineFault fault)
    {
        using var handler = new Answer(status, []);
        using var http = new HttpClient(handler);
        var exception = await Assert.ThrowsAsync<EngineException>(() => CollectAsync(Endpoint(http)));
        Assert.Equal(fault, exception.Fault);
    }

    private static OpenAiSpeechSynthesizer Endpoint(HttpClient http) =>
        new(
            http, new SpeechEndpointOptions { Name = "cloud", BaseUrl = "http://127.0.0.1:1/v1", ApiKey = "key", Model = "tts" }, transcoder: null,
            TimeProvider.System);

    private static Task<List<SpeechAudio>> CollectAsync(ISpeechSynthesizer engine) => CollectAsync(engine, Token);

    private static async Task<List<SpeechAudio>> CollectAsync(ISpeechSynthesizer engine, CancellationToken cancellationToken)
    {
        var pieces = new List<SpeechAudio>();
        await foreach (var piece in engine.SynthesizeAsync(Hello, cancellationToken))
        {
            pieces.Add(piece);
        }

        return pieces;
    }

    private sealed class Answer(HttpStatusCode status, byte[] body) : HttpMessageHandler
    {
        public string? Uri { get; private set; }

        public string Body { get; private set; } = "";

        public string? Authorization { get; private set; }

        public long? Length { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Uri = request.RequestUri?.ToString();
            Authorization = request.Headers.Authorization?.ToString();
            Length = request.Content!.Headers.ContentLength;
            Body = await request.Content!.ReadAsStringAsync(cancellationToken);
            return new HttpResponseMessage(status) { Content = new ByteArrayContent(body) };
        }
    }
}

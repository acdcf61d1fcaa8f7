using AvatarGrains.Core.Engines;

namespace AvatarGrains.Engines.Tests.Faults;

/// <summary>What servers of voices send where samples were asked for: the sound that it is, or a failure with words, and never noise.</summary>
public sealed class SpeechInjectionTests
{
    /// <summary>Answers that hold sound, and their rate.</summary>
    public static TheoryData<string, byte[], string, int> Sounds => new()
    {
        { "samples", SpeechFaults.Samples(SpeechFaults.Tone), "audio/pcm", 24_000 },
        { "samples of a rate", SpeechFaults.Samples(SpeechFaults.Tone), "audio/L16; rate=16000", 16_000 },
        { "samples called JSON", SpeechFaults.Samples(SpeechFaults.Tone), "application/json", 24_000 },
        { "WAVE", SpeechFaults.Wave(SpeechFaults.Tone, 24_000), "audio/pcm", 24_000 },
        { "WAVE of another rate", SpeechFaults.Wave(SpeechFaults.Tone, 16_000), "audio/wav", 16_000 },
        { "WAVE of a high rate", SpeechFaults.Wave(SpeechFaults.Tone, 44_100), "application/octet-stream", 44_100 },
        { "WAVE of two channels", SpeechFaults.Wave(SpeechFaults.Tone, 24_000, channels: 2), "audio/wav", 24_000 },
        { "WAVE of open length", SpeechFaults.Wave(SpeechFaults.Tone, 24_000, length: 0), "audio/wav", 24_000 },
        { "WAVE of endless length", SpeechFaults.Wave(SpeechFaults.Tone, 24_000, length: uint.MaxValue), "audio/wav", 24_000 },
        { "JSON with samples", Json(SpeechFaults.Samples(SpeechFaults.Tone)), "application/json", 24_000 },
        { "JSON with WAVE", Json(SpeechFaults.Wave(SpeechFaults.Tone, 16_000)), "audio/pcm", 16_000 },
    };

    /// <summary>Answers without a sound that can be told.</summary>
    public static TheoryData<string, byte[]> Silent => new()
    {
        { "nothing", [] },
        { "one byte", [1] },
        { "an error", """{"error":{"message":"secret"}}"""u8.ToArray() },
        { "JSON", """{"status":"ok"}"""u8.ToArray() },
        { "JSON with a text", """{"audio":"secret words"}"""u8.ToArray() },
        { "JSON with nothing", """{"audio":""}"""u8.ToArray() },
        { "a page", "<html><body>secret 502</body></html>"u8.ToArray() },
        { "words", "upstream connect error or disconnect/reset before headers, secret"u8.ToArray() },
        { "noise", SpeechFaults.Noise() },
        { "WAVE without samples", SpeechFaults.Wave([], 24_000) },
    };

    [Theory]
    [MemberData(nameof(Sounds))]
    public async Task Sound_is_read_by_what_it_is(string name, byte[] body, string contentType, int rate)
    {
        var (samples, heardRate, failure) = await SpeechFaults.SpeakAsync(Canned.Bytes(body, contentType));
        Assert.Null(failure);
        Assert.True(heardRate == rate, $"{name} is of {heardRate} Hz");
        Assert.Equal(SpeechFaults.Tone, samples);
    }

    [Theory]
    [MemberData(nameof(Silent))]
    public async Task What_is_no_sound_is_a_failure_with_words(string name, byte[] body)
    {
        foreach (var contentType in new[] { "audio/pcm", "audio/mpeg", "application/json", "" })
        {
            var (samples, _, failure) = await SpeechFaults.SpeakAsync(Canned.Bytes(body, contentType));
            Assert.True(samples.Length == 0, $"{name} was played");
            Assert.NotNull(failure);
            Assert.DoesNotContain("secret", failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Sound_file_is_decoded_or_refused_where_no_decoder_is()
    {
        foreach (var file in new[] { SpeechFaults.Mp3(), [.. "OggS"u8, .. SpeechFaults.Noise()] })
        {
            var (samples, _, failure) = await SpeechFaults.SpeakAsync(Canned.Bytes(file, "audio/pcm"));
            Assert.Null(failure);
            Assert.Equal(SpeechFaults.Decoded.Samples.ToArray(), samples);
            var without = await SpeechFaults.SpeakAsync(Canned.Bytes(file, "audio/pcm"), canDecode: false);
            Assert.Empty(without.Samples);
            Assert.Contains("ffmpeg", without.Failure!.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>Cut or reset anywhere, what is played is the beginning of the sound.</summary>
    [Theory]
    [MemberData(nameof(Sounds))]
    public async Task Sound_that_ends_or_is_reset_anywhere_is_its_beginning_or_a_failure(string name, byte[] body, string contentType, int rate)
    {
        var (tried, failures) = (0, 0);
        var cuts = Enumerable.Range(0, 100).Concat(Enumerable.Range(0, 60).Select(i => i * body.Length / 60)).Append(body.Length - 1).Distinct();
        foreach (var cut in cuts)
        {
            foreach (var reset in new[] { false, true })
            {
                var canned = new Canned([body[..cut]], ContentType: contentType, Break: reset);
                var (samples, heardRate, failure) = await SpeechFaults.SpeakAsync(canned);
                Assert.True(
                    samples.Length == 0 || (samples.AsSpan().SequenceEqual(SpeechFaults.Tone.AsSpan(0, samples.Length)) && heardRate == rate),
                    $"{name} cut at {cut} was played as something else");
                Assert.True(failure is not null || samples.Length > 0, $"{name} cut at {cut} was silent without a failure");
                Assert.True(failure is not null || !reset, $"{name} reset at {cut} was no failure");
                tried++;
                failures += failure is null ? 0 : 1;
            }
        }

        Report(tried, failures);
    }

    [Fact]
    public async Task Every_byte_of_a_head_of_every_kind()
    {
        var (tried, failures) = (0, 0);
        var wave = SpeechFaults.Wave(SpeechFaults.Tone, 24_000);
        var loudest = SpeechFaults.Tone.Max(sample => Math.Abs((int)sample));
        for (var at = 0; at < 44; at++)
        {
            foreach (var value in new byte[] { 0, 1, 2, 3, 0x7F, 0x80, 0xFF, (byte)'a', (byte)(wave[at] + 1) })
            {
                byte[] body = [.. wave];
                body[at] = value;
                var (samples, _, failure) = await SpeechFaults.SpeakAsync(Canned.Bytes(body, "audio/wav"));
                Assert.True(failure is not null || samples.Length > 0);

                // A head that is not known as one is a few samples long; what follows it is the sound.
                var sound = samples.AsSpan(Math.Min(samples.Length, 44));
                var isOtherFormat = body[20] != 1 || body[22] != 1 || body[34] != 16;
                var louder = sound.Length > 0 && sound.ToArray().Max(sample => Math.Abs((int)sample)) > loudest;
                Assert.False(louder && !isOtherFormat, $"byte {at} of {value} made it louder");
                tried++;
                failures += failure is null ? 0 : 1;
            }
        }

        Report(tried, failures);
    }

    [Fact]
    public async Task Every_field_of_JSON_with_sound_and_every_status()
    {
        var (tried, failures) = (0, 0);
        var json = System.Text.Encoding.UTF8.GetString(Json(SpeechFaults.Wave(SpeechFaults.Tone, 24_000)));
        foreach (var fault in JsonFaults.Of(json))
        {
            var (samples, _, failure) = await SpeechFaults.SpeakAsync(Canned.Text(fault.Text));
            Assert.True(failure is not null || samples.AsSpan().SequenceEqual(SpeechFaults.Tone), fault.Path);
            tried++;
            failures += failure is null ? 0 : 1;
        }

        foreach (var status in new[] { 204, 301, 400, 401, 403, 404, 408, 413, 422, 429, 500, 502, 503, 504, 524, 529 })
        {
            var canned = Canned.Bytes(status == 204 ? [] : SpeechFaults.Noise(), "audio/pcm") with { Status = status };
            var (samples, _, failure) = await SpeechFaults.SpeakAsync(canned);
            Assert.Empty(samples);
            Assert.NotNull(failure);
            tried++;
            failures++;
        }

        Report(tried, failures);
    }

    [Fact]
    public async Task Refused_field_is_left_out_from_then_on()
    {
        using var server = new CannedServer
        {
            Choose = body => body.Contains("response_format", StringComparison.Ordinal)
                ? Canned.Text("{\"error\":{\"message\":\"Unknown field: response_format\"}}", 400)
                : Canned.Bytes(SpeechFaults.Wave(SpeechFaults.Tone, 24_000), "audio/wav"),
        };
        var voice = SpeechFaults.Voice(server);
        foreach (var requests in new[] { 2, 3 })
        {
            await foreach (var piece in voice.SynthesizeAsync(new SpeechRequest("Hello.", null, null), default))
            {
                Assert.Equal(24_000, piece.Audio.SampleRate);
            }

            Assert.Equal(requests, server.Requests.Count);
        }
    }

    private static void Report(int tried, int failures) =>
        TestContext.Current.TestOutputHelper?.WriteLine($"inputs tried: {tried}, failures told: {failures}, noise: 0");

    private static byte[] Json(byte[] sound) =>
        System.Text.Encoding.UTF8.GetBytes($"{{\"id\":\"x\",\"audio\":\"{Convert.ToBase64String(sound)}\",\"format\":\"wav\"}}");
}

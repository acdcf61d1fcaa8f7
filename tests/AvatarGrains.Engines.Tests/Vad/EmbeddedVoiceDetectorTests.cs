using AvatarGrains.Core.Engines;
using AvatarGrains.Engines.Tests.Audio;
using AvatarGrains.Engines.Vad;
using AvatarGrains.Testing;

namespace AvatarGrains.Engines.Tests.Vad;

public sealed class EmbeddedVoiceDetectorTests
{
    [Theory]
    [InlineData("slt", null)]
    [InlineData("slt", 15.0)]
    [InlineData("slt", 10.0)]
    [InlineData("rms", null)]
    [InlineData("rms", 15.0)]
    [InlineData("rms", 10.0)]
    [InlineData("awb", null)]
    [InlineData("awb", 15.0)]
    [InlineData("awb", 10.0)]
    public void Speech_is_one_utterance_with_its_beginning_and_end(string voice, double? snr)
    {
        Assert.SkipUnless(TestSounds.HasFlite, "libflite is not installed");
        var speech = TestSounds.Speak(voice, "Which browsers are supported?");
        short[] scene = [.. TestSounds.Silence(1.5), .. speech, .. TestSounds.Silence(1.5)];
        if (snr is { } db)
        {
            scene = TestSounds.Mix(scene, TestSounds.Noise(scene.Length / 16000.0, TestSounds.Level(speech) / Math.Pow(10, db / 20), 5));
        }

        var (started, ended) = Assert.Single(Utterances(scene));
        Assert.InRange(started, 1.5, 1.95);
        Assert.True(started - (new EmbeddedVoiceDetector(VoiceActivityOptions.Default).PrerollSamples / 16000.0) <= 1.6);
        Assert.InRange(ended, 1.5 + (speech.Length / 16000.0) - 0.1, 1.5 + (speech.Length / 16000.0) + 0.75);
    }

    [Fact]
    public void Pause_inside_a_sentence_does_not_end_it_and_a_long_one_does()
    {
        Assert.SkipUnless(TestSounds.HasFlite, "libflite is not installed");
        var (one, two) = (TestSounds.Speak("rms", "I would like to know"), TestSounds.Speak("rms", "what a session is"));
        Assert.Single(Utterances([.. TestSounds.Silence(1), .. one, .. TestSounds.Silence(0.02), .. two, .. TestSounds.Silence(1)]));
        Assert.Equal(2, Utterances([.. TestSounds.Silence(1), .. one, .. TestSounds.Silence(1.2), .. two, .. TestSounds.Silence(1)]).Count);
    }

    [Fact]
    public void Silence_noise_hum_and_tones_are_not_speech()
    {
        Assert.Empty(Utterances(TestSounds.Silence(5)));
        Assert.Empty(Utterances(TestSounds.Noise(5, 300, 1)));
        Assert.Empty(Utterances([.. TestSounds.Silence(1), .. TestSounds.Noise(5, 1500, 2)]));
        Assert.Empty(Utterances(TestSounds.Mix(TestSounds.Tone(5, 50, 3000), TestSounds.Tone(5, 100, 2000), TestSounds.Tone(5, 150, 1000))));
        Assert.Empty(Utterances([.. TestSounds.Silence(1), .. TestSounds.Tone(3, 440, 4000), .. TestSounds.Silence(1)]));
        Assert.Empty(Utterances([.. TestSounds.Silence(1), .. TestSounds.Tone(3, 220, 4000), .. TestSounds.Silence(1)]));
    }

    [Fact]
    public void Key_clicks_are_not_speech()
    {
        var scene = TestSounds.Noise(5, 60, 3);
        var random = new Random(4);
        for (var at = 8000; at + 400 < scene.Length; at += 1600 + random.Next(1600))
        {
            for (var i = 0; i < 320; i++)
            {
                scene[at + i] = (short)((random.NextDouble() - 0.5) * 24000 * Math.Exp(-i / 60.0));
            }
        }

        Assert.Empty(Utterances(scene));
    }

    [Fact]
    public void While_playing_an_echo_is_ignored_and_a_near_voice_is_heard()
    {
        Assert.SkipUnless(TestSounds.HasFlite, "libflite is not installed");
        var speech = TestSounds.Speak("slt", "Please stop talking and tell me about the price.");
        short[] echo = [.. TestSounds.Silence(1), .. speech.Select(s => (short)(s / 60)), .. TestSounds.Silence(1)];
        Assert.Empty(Utterances(echo, playing: true));
        Assert.Single(Utterances([.. TestSounds.Silence(1), .. speech, .. TestSounds.Silence(1)], playing: true));
    }

    [Fact]
    public void Recorded_person_is_heard()
    {
        var path = TestData.Find("jfk.wav");
        Assert.SkipUnless(path is not null, "no test data");
        var utterances = Utterances([.. TestSounds.Silence(1), .. TestSounds.ReadWav(path!), .. TestSounds.Silence(1)]);
        Assert.InRange(utterances.Count, 1, 6);
        Assert.InRange(utterances.Sum(u => u.Ended - u.Started), 6, 13);
    }

    [Fact]
    public void Steady_state_allocates_nothing()
    {
        var detector = new EmbeddedVoiceDetector(VoiceActivityOptions.Default);
        var frame = TestSounds.Noise(0.01, 500, 1);
        Assert.Equal(0, Allocations.Least(() =>
        {
            for (var i = 0; i < 1000; i++)
            {
                detector.Process(frame, false);
            }
        }));
    }

    private static List<(double Started, double Ended)> Utterances(short[] scene, bool playing = false)
    {
        var detector = new EmbeddedVoiceDetector(VoiceActivityOptions.Default);
        var found = new List<(double, double)>();
        var started = -1.0;
        for (var at = 0; at + 160 <= scene.Length; at += 160)
        {
            var heard = detector.Process(scene.AsSpan(at, 160), playing);
            var now = (at + 160) / 16000.0;
            if (heard == VoiceEvent.SpeechStarted)
            {
                started = now;
            }
            else if (heard == VoiceEvent.SpeechEnded)
            {
                found.Add((started, now));
                started = -1;
            }
        }

        if (started >= 0)
        {
            found.Add((started, scene.Length / 16000.0));
        }

        return found;
    }
}

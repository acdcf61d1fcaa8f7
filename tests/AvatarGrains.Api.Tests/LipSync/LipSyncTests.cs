using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Engines;
using AvatarGrains.Engines.Tts;
using AvatarGrains.Media.Backgrounds;
using AvatarGrains.Media.Poses;
using AvatarGrains.Media.Rigs;
using AvatarGrains.Native;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvatarGrains.Api.Tests.LipSync;

/// <summary>The mouth in decoded VP8 frames against the sound in decoded Opus packets, by their RTP times.</summary>
public sealed class LipSyncTests
{
    private const long Minute = 60_000_000;
    private const int StepMs = 5;
    private const double Budget = 40;
    private static readonly string[] Sentences =
    [
        "My papa bought a big map of the park, and mama put it above the piano.",
        "Bob saw palm trees, but Pam only saw a small black pump behind the barn.",
        "Father, I promise to buy apples, plums and a pound of bananas tomorrow.",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("mira", "slt")]
    [InlineData("leo", "rms")]
    [InlineData("pip", "awb")]
    public async Task Mouth_follows_the_sound_closes_on_lips_and_opens_on_vowels(string avatar, string voice)
    {
        using var poses = await OpenAsync(avatar);
        using var scene = new SpokenScene(poses, new FliteSynthesizer(), voice);
        using var gauge = new MouthGauge(poses);
        foreach (var sentence in Sentences)
        {
            await scene.SayAsync(sentence, 700_000, Token);
        }

        var mouth = Read(scene, gauge);
        for (var i = 0; i < Sentences.Length; i++)
        {
            var (phonemes, _) = await scene.TruthAsync(Sentences[i], Token);
            var offset = await OffsetAsync(scene, mouth, i);
            TestContext.Current.SendDiagnosticMessage($"{avatar}, {voice}: mouth {offset:F0} ms after the sound");
            Assert.InRange(offset, -Budget, Budget);
            var start = scene.PacketMs(scene.Started[i].Packet);
            foreach (var phoneme in phonemes.Where(p => p.Symbol is "p" or "b" or "m" && p.StartMs > 100))
            {
                Assert.True(Shown(mouth, start, phoneme).Min() < 0.2, $"{avatar} keeps its lips open on {phoneme} of '{Sentences[i]}'");
            }

            foreach (var phoneme in phonemes.Where(p => p.Symbol is "aa" && p.EndMs - p.StartMs > 80))
            {
                // Between two closed lips, as in Bob, there is no time to open all the way.
                var widest = Shown(mouth, start, phoneme).Max();
                Assert.True(widest > 0.35, $"{avatar} opens its mouth by no more than {widest:F2} on {phoneme} of '{Sentences[i]}'");
            }
        }
    }

    [Fact]
    public async Task After_ten_minutes_the_mouth_is_where_it_was()
    {
        using var poses = await OpenAsync("mira");
        using var scene = new SpokenScene(poses, new FliteSynthesizer(), "slt");
        using var gauge = new MouthGauge(poses);
        for (var round = 0; scene.Frames.Count < 25 * 600; round++)
        {
            // Pauses off the beat of frames and packets.
            await scene.SayAsync(Sentences[round % Sentences.Length], 333_000 + (round % 7 * 11_000), Token);
        }

        scene.Pass(Minute / 60);
        var mouth = Read(scene, gauge);
        var (first, last) = (await OffsetAsync(scene, mouth, 1), await OffsetAsync(scene, mouth, scene.Started.Count - 1));
        TestContext.Current.SendDiagnosticMessage($"first {first:F0} ms, after {mouth[^1].Ms / 60_000:F1} minutes {last:F0} ms");
        Assert.InRange(first, -Budget, Budget);
        Assert.InRange(last, -Budget, Budget);
        Assert.InRange(last - first, -20, 20);
    }

    private static async Task<MouthPoses> OpenAsync(string avatar)
    {
        Assert.SkipUnless(FliteSynthesizer.IsAvailable, "libflite1 is not installed");
        foreach (var name in (string[])["vpx", "cairo", "rsvg-2", "opus"])
        {
            Assert.SkipUnless(NativeResolver.IsAvailable(name), $"lib{name} is not installed");
        }

        var models = Models();
        var library = new PoseLibrary(
            RigLibrary.Load(Path.Combine(models, "avatars")),
            new FolderBackgrounds(Path.Combine(models, "backgrounds")),
            new PoseLibraryOptions { PrepareIdleLoop = false },
            TimeProvider.System,
            NullLogger<PoseLibrary>.Instance);
        return new MouthPoses(await library.OpenAsync(new AvatarView(avatar, 256, 256), Token));
    }

    private static string Models()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (Directory.Exists(Path.Combine(at.FullName, "models", "avatars")))
            {
                return Path.Combine(at.FullName, "models");
            }
        }

        throw new DirectoryNotFoundException("models/avatars");
    }

    private static List<(double Ms, double Opening)> Read(SpokenScene scene, MouthGauge gauge) =>
        [.. scene.Frames.Select(frame => (SpokenScene.FrameMs(frame), gauge.Read(frame.Frame)))];

    /// <summary>What is on the screen while a phoneme sounds; a frame stays until the next.</summary>
    private static double[] Shown(List<(double Ms, double Opening)> mouth, double start, PhonemeTiming phoneme) =>
        [.. mouth.Where(frame => frame.Ms + 40 > start + phoneme.StartMs && frame.Ms < start + phoneme.EndMs).Select(frame => frame.Opening)];

    /// <summary>How long after the sound the mouth moves in one sentence, ms: both against the engine's phonemes and samples.</summary>
    private static async Task<double> OffsetAsync(SpokenScene scene, List<(double Ms, double Opening)> mouth, int sentence)
    {
        var (packet, text) = scene.Started[sentence];
        var (phonemes, samples) = await scene.TruthAsync(text, Token);
        var heard = Alignment.Loudness(scene.Heard(packet, samples.Length / 960), 48_000);
        var audio = Alignment.Lag(Alignment.Loudness(samples, 48_000), heard, 60);
        var start = scene.PacketMs(packet);
        var steps = (int)(samples.Length / 48.0 / StepMs);
        var truth = Enumerable.Range(0, steps).Select(i => Alignment.Opening(phonemes, (i + 0.5) * StepMs)).ToArray();
        var first = mouth.FindLastIndex(frame => frame.Ms <= start);
        var seen = Enumerable.Range(0, steps)
            .Select(i => mouth[Math.Max(0, mouth.FindIndex(first, frame => frame.Ms + 40 > start + ((i + 0.5) * StepMs)))].Opening).ToArray();
        return (Alignment.Lag(truth, seen, 150 / StepMs) * StepMs) - audio;
    }
}

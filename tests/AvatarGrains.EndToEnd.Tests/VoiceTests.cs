using System.Diagnostics;
using AvatarGrains.Testing;

namespace AvatarGrains.EndToEnd.Tests;

/// <summary>A person's recorded voice through Chromium's microphone.</summary>
[Collection(AloneCollection.Name)]
public sealed class VoiceTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private const int Rate = 16_000;

    [Fact]
    public async Task Spoken_question_is_recognised_and_answered()
    {
        var server = Server;
        var file = Path.Combine(server.Data, "question.wav");
        await WriteSpeechAsync(file, 10, (2.0, "what can you do"));
        await using var page = await PageFixture.OpenAsync(server.Address, file);
        await page.GreetedAsync();
        await page.Page.ClickAsync("#mic");
        await page.UntilAsync("watch.said(['user:not(.partial)', /what can you do/i], ['avatar', /.{20}/])");
        await page.UntilAsync("watch.loud > 0.01");
    }

    [Fact]
    public async Task Speaking_over_the_answer_interrupts_it_and_is_answered()
    {
        var server = Server;
        var file = Path.Combine(server.Data, "question.wav");
        await WriteSpeechAsync(file, 10, (2.0, "what can you do"), (3.5, "who are you"));
        await using var page = await PageFixture.OpenAsync(server.Address, file);
        await page.GreetedAsync();
        await page.Page.ClickAsync("#mic");
        await page.UntilAsync("""
            watch.said(
              ['user:not(.partial)', /what can you do/i], ['avatar.interrupted', /./],
              ['user:not(.partial)', /who are you/i], ['avatar', /./])
            """);
    }

    private ServerProcess Server
    {
        get
        {
            Assert.SkipUnless(PageFixture.Chromium is not null, "Chromium is not installed (package chromium)");
            Assert.SkipUnless(File.Exists("/usr/bin/flite"), "flite is not installed (package flite)");
            return fixture.Server;
        }
    }

    /// <summary>Writes a 16 kHz mono WAV: each text after its pause in seconds, then seconds of silence.</summary>
    internal static async Task WriteSpeechAsync(string file, int silence, params (double Pause, string Text)[] parts)
    {
        var samples = new List<byte>();
        foreach (var (pause, text) in parts)
        {
            samples.AddRange(new byte[(int)(pause * Rate) * 2]);
            var spoken = Path.Combine(Path.GetDirectoryName(file)!, "part.wav");
            using var flite = Process.Start("/usr/bin/flite", ["-voice", "rms", "-t", text, "-o", spoken]);
            await flite.WaitForExitAsync();
            samples.AddRange((await File.ReadAllBytesAsync(spoken)).AsSpan(44));
        }

        samples.AddRange(new byte[silence * Rate * 2]);
        await using var writer = new BinaryWriter(File.Create(file));
        writer.Write("RIFF"u8);
        writer.Write(36 + samples.Count);
        writer.Write("WAVEfmt "u8);
        writer.Write(16);
        writer.Write((short)1);
        writer.Write((short)1);
        writer.Write(Rate);
        writer.Write(Rate * 2);
        writer.Write((short)2);
        writer.Write((short)16);
        writer.Write("data"u8);
        writer.Write(samples.Count);
        writer.Write(samples.ToArray());
    }
}

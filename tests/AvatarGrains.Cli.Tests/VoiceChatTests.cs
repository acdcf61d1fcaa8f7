using System.Diagnostics;
using System.Runtime.InteropServices;
using AvatarGrains.Cli.Audio;

namespace AvatarGrains.Cli.Tests;

/// <summary>
/// Voice chat through ALSA's own recorder and player. ALSA's file plug-in is the sound card: its microphone reads a pipe this test writes
/// to, its loudspeaker writes a file.
/// </summary>
public sealed class VoiceChatTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("avatar-alsa").FullName;

    private FakePerso _server = null!;

    private string Microphone => Path.Join(_folder, "microphone");

    private string Loudspeaker => Path.Join(_folder, "loudspeaker.raw");

    public async ValueTask InitializeAsync() => _server = await FakePerso.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task What_is_spoken_reaches_the_server_and_its_reply_the_loudspeaker()
    {
        SkipWithoutAlsa();
        byte[] question = [.. Enumerable.Range(0, 16000).SelectMany(at => BitConverter.GetBytes((short)(8000 * Math.Sin(at * 0.2))))];
        byte[] speech = [.. Enumerable.Range(0, 4800).SelectMany(at => BitConverter.GetBytes((short)(1 + (at % 300))))];
        _server.Speech = AudioFile.Wave(speech, 24000);
        Configure();
        await using var terminal = Start();
        await terminal.SeeAsync("What would you like to do?");
        await terminal.TypeAsync("2");
        await terminal.SeeAsync("Enter to speak");
        await terminal.TypeAsync("\r");
        await using (var microphone = new FileStream(Microphone, FileMode.Open, FileAccess.Write))
        {
            await microphone.WriteAsync(question, TestContext.Current.CancellationToken);
            await microphone.FlushAsync(TestContext.Current.CancellationToken);
            // One second was recorded, and the meter shows how loud it is.
            await terminal.SeeAsync("0:01 |||");
            await terminal.TypeAsync("\r");
            await terminal.SeeAsync("You     voice.wav audio/wav 32044");
        }

        await terminal.SeeAsync("Hello. How are you?");
        await terminal.SeeAsync("Enter to speak");
        // Each sentence is a file of its own; the player fills its last period with silence.
        var said = MemoryMarshal.Cast<byte, short>(speech).ToArray();
        var sentences = Directory.GetFiles(_folder, "loudspeaker*").Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(2, sentences.Length);
        Assert.All(
            sentences, file => Assert.Equal(said, MemoryMarshal.Cast<byte, short>(File.ReadAllBytes(file)).ToArray().Where(sample => sample != 0)));
        await terminal.TypeAsync("\u001b");
        await terminal.SeeAsync("What would you like to do?");
        await terminal.TypeAsync("7");
        Assert.Equal(0, await terminal.EndAsync());
    }

    [Fact]
    public async Task Machine_without_a_sound_card_says_so_and_goes_back_to_the_menu()
    {
        SkipWithoutAlsa();
        await File.WriteAllTextAsync(
            Path.Join(_folder, "asound.conf"), "</usr/share/alsa/alsa.conf>\npcm.!default { type hw card 31 }\n",
            TestContext.Current.CancellationToken);
        await using var terminal = Start();
        await terminal.SeeAsync("What would you like to do?");
        await terminal.TypeAsync("2");
        await terminal.SeeAsync("Enter to speak");
        await terminal.TypeAsync("\r");
        await terminal.SeeAsync("There is no microphone (arecord:");
        await terminal.SeeAsync("instead.");
        await terminal.SeeAsync("What would you like to do?");
        await terminal.TypeAsync("7");
        Assert.Equal(0, await terminal.EndAsync());
    }

    private static void SkipWithoutAlsa()
    {
        Assert.SkipUnless(TerminalProcess.Missing is null, TerminalProcess.Missing ?? "");
        Assert.SkipUnless(
            File.Exists("/usr/bin/arecord") && File.Exists("/usr/bin/aplay"), "arecord and aplay are not installed (package alsa-utils)");
    }

    private void Configure()
    {
        using (var make = Process.Start("mkfifo", [Microphone]))
        {
            make.WaitForExit();
        }

        File.WriteAllText(Path.Join(_folder, "asound.conf"), $$"""
            </usr/share/alsa/alsa.conf>
            pcm.!default { type asym playback.pcm "loudspeaker" capture.pcm "microphone" }
            pcm.loudspeaker { type plug slave.pcm { type file slave.pcm "null" file "{{Loudspeaker}}" format "raw" truncate false } }
            pcm.microphone { type plug slave.pcm { type file slave.pcm "null" file "/dev/null" infile "{{Microphone}}" format "raw" } }
            """);
    }

    private TerminalProcess Start()
    {
        // ALSA's programs alone: another recorder would find another sound card.
        var programs = Directory.CreateDirectory(Path.Join(_folder, "bin")).FullName;
        foreach (var name in new[] { "arecord", "aplay" })
        {
            File.CreateSymbolicLink(Path.Join(programs, name), "/usr/bin/" + name);
        }

        foreach (var name in new[] { "dotnet", "stty", "sh" })
        {
            File.CreateSymbolicLink(Path.Join(programs, name), Which(name));
        }

        return TerminalProcess.Start(
            ["chat", "--api-server", _server.Address.AbsoluteUri], ("PATH", programs), ("ALSA_CONFIG_PATH", Path.Join(_folder, "asound.conf")));
    }

    private static string Which(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Join(folder, name)).First(File.Exists);
}

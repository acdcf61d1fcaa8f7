using AvatarGrains.Cli.Audio;

namespace AvatarGrains.Cli.Tests;

/// <summary>Recording and playing through programs of the machine; here, scripts that stand for them.</summary>
public sealed class MachineAudioTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("avatar-audio");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact(Timeout = 60_000)]
    public async Task Machine_without_programs_says_what_to_install()
    {
        var audio = new MachineAudio(_folder.FullName);
        Assert.Contains("install alsa-utils", (await audio.RecordAsync((_, _) => { }, default)).Problem, StringComparison.Ordinal);
        Assert.Contains("install alsa-utils", await audio.PlayAsync([1, 2], default), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Recorder_that_fails_is_replaced_and_the_next_runs_until_it_is_stopped()
    {
        Script("parecord", "echo 'Connection failure: Connection refused' >&2; exit 1");
        Script("arecord", "head -c 6400 /dev/zero; exec sleep 60");
        using var stop = new CancellationTokenSource();
        var recording = await new MachineAudio(_folder.FullName).RecordAsync((_, seconds) => StopAt(seconds, 0.2, stop), stop.Token);
        Assert.Equal((6400, null), (recording.Pcm.Length, recording.Problem));
    }

    [Fact(Timeout = 60_000)]
    public async Task Machine_without_a_microphone_or_loudspeaker_says_so_in_one_line()
    {
        Script("arecord", "echo 'ALSA lib x' >&2; echo 'arecord: main:831: audio open error: No such file or directory' >&2; exit 1");
        Script("aplay", "echo 'aplay: audio open error' >&2; exit 1");
        var audio = new MachineAudio(_folder.FullName);
        Assert.Equal(
            "There is no microphone (arecord: main:831: audio open error: No such file or directory).",
            (await audio.RecordAsync((_, _) => { }, default)).Problem);
        Assert.StartsWith(
            "There is no loudspeaker (aplay: ", await audio.PlayAsync(AudioFile.Wave(new byte[8], 24000), default), StringComparison.Ordinal);
        Assert.NotNull(audio.NoPlayer);
    }

    [Fact(Timeout = 60_000)]
    public async Task Player_gets_a_file_of_its_kind_that_is_gone_afterwards()
    {
        var log = Path.Join(_folder.FullName, "log");
        Script("aplay", $"shift; echo \"$1\" > '{log}'; cp \"$1\" '{log}.wav'");
        var audio = new MachineAudio(_folder.FullName);
        Assert.Null(await audio.PlayAsync([1, 2, 3, 4], default));
        Assert.Equal(AudioFile.Wave([1, 2, 3, 4], 24000), await File.ReadAllBytesAsync(log + ".wav", TestContext.Current.CancellationToken));
        Assert.False(File.Exists((await File.ReadAllTextAsync(log, TestContext.Current.CancellationToken)).Trim()));
        Assert.Equal("aplay does not play mp3: install sox or ffmpeg.", await audio.PlayAsync([.. "ID3"u8, 0, 0], default));
    }

    private static void StopAt(double seconds, double limit, CancellationTokenSource stop)
    {
        if (seconds >= limit)
        {
            stop.Cancel();
        }
    }

    private void Script(string name, string body)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("the stand-ins are shell scripts");
            return;
        }

        var path = Path.Join(_folder.FullName, name);
        File.WriteAllText(path, $"#!/bin/sh\n{body}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}

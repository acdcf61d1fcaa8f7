using System.Buffers.Binary;

namespace AvatarGrains.Cli.Audio;

/// <summary>The machine's microphone and loudspeaker, through whatever program it has for them.</summary>
/// <param name="searchPath">The value of PATH.</param>
internal sealed class MachineAudio(string? searchPath)
{
    // Ten minutes.
    private const int MaxRecording = 10 * 60 * AudioProgram.RecordingRate * 2;
    private const int SpeechRate = 24000;

    private IReadOnlyList<AudioProgram> _recorders = AudioProgram.Installed(AudioProgram.Recorders, searchPath);
    private IReadOnlyList<AudioProgram> _players = AudioProgram.Installed(AudioProgram.Players, searchPath);

    /// <summary>Why nothing can be recorded, in one line, or null.</summary>
    public string? NoRecorder { get; private set; }

    /// <summary>Why nothing can be played, in one line, or null.</summary>
    public string? NoPlayer { get; private set; }

    /// <summary>Looks for programs.</summary>
    public void Probe()
    {
        NoRecorder = _recorders.Count > 0
            ? NoRecorder
            : "Nothing here can record: install alsa-utils (arecord), pulseaudio-utils, pipewire-bin or sox.";
        NoPlayer = _players.Count > 0
            ? NoPlayer
            : "Nothing here can play sound: install alsa-utils (aplay), pulseaudio-utils, pipewire-bin or sox; replies are shown as text.";
    }

    /// <summary>Records until the token is cancelled or ten minutes have passed.</summary>
    /// <param name="level">Told, as it comes, the loudest sample of the last piece, 0 to 1, and the seconds so far.</param>
    /// <param name="stop">Ends the recording; not an error.</param>
    public async Task<Recording> RecordAsync(Action<double, double> level, CancellationToken stop)
    {
        Probe();
        var problem = NoRecorder;
        foreach (var program in _recorders)
        {
            if (stop.IsCancellationRequested)
            {
                break;
            }

            await using var recorder = AudioProcess.Start(program, "");
            if (recorder is null)
            {
                continue;
            }

            var pcm = await CollectAsync(recorder, level, stop);
            if (pcm.Length > 0 || stop.IsCancellationRequested)
            {
                _recorders = [program];
                return new Recording(pcm, null);
            }

            problem ??= $"There is no microphone ({await recorder.ComplaintAsync(CancellationToken.None) ?? $"{program.Name} records nothing"}).";
        }

        return new Recording([], problem);
    }

    /// <summary>Plays a file of audio.</summary>
    /// <param name="audio">wav, mp3, ogg; anything else is taken for mono 16-bit samples at 24 kHz, as the contract has them.</param>
    /// <param name="stop">Ends the playback; not an error.</param>
    /// <returns>Why it could not be played, or null.</returns>
    public async Task<string?> PlayAsync(byte[] audio, CancellationToken stop)
    {
        Probe();
        if (NoPlayer is not null || audio.Length == 0)
        {
            return NoPlayer;
        }

        var format = AudioFile.Sniff(audio);
        var able = _players.Where(player => player.PlaysAll || format is "wav" or null).ToList();
        if (able.Count == 0)
        {
            return $"{_players[0].Name} does not play {format}: install sox or ffmpeg.";
        }

        var path = Path.Join(Path.GetTempPath(), $"avatar-{Guid.NewGuid():N}.{format ?? "wav"}");
        try
        {
            await File.WriteAllBytesAsync(path, format is null ? AudioFile.Wave(audio, SpeechRate) : audio, CancellationToken.None);
            return await PlayFileAsync(path, able, stop);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static async Task<byte[]> CollectAsync(AudioProcess recorder, Action<double, double> level, CancellationToken stop)
    {
        var pcm = new MemoryStream();
        var chunk = new byte[AudioProgram.RecordingRate / 10 * 2];
        try
        {
            for (int read; pcm.Length < MaxRecording && (read = await recorder.Output.ReadAsync(chunk, stop)) > 0;)
            {
                pcm.Write(chunk, 0, read);
                level(Peak(chunk.AsSpan(0, read)), pcm.Length / (AudioProgram.RecordingRate * 2.0));
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The user has finished speaking.
        }

        return pcm.ToArray()[..(int)(pcm.Length & ~1)];
    }

    private static double Peak(ReadOnlySpan<byte> pcm)
    {
        var peak = 0;
        for (var at = 0; at + 1 < pcm.Length; at += 2)
        {
            peak = Math.Max(peak, Math.Abs((int)BinaryPrimitives.ReadInt16LittleEndian(pcm[at..])));
        }

        return peak / 32768.0;
    }

    private async Task<string?> PlayFileAsync(string path, IReadOnlyList<AudioProgram> able, CancellationToken stop)
    {
        string? problem = null;
        foreach (var program in able)
        {
            await using var player = AudioProcess.Start(program, path);
            if (player is null)
            {
                continue;
            }

            try
            {
                var draining = player.Output.CopyToAsync(Stream.Null, stop);
                var complaint = await player.ComplaintAsync(stop);
                await draining;
                if (complaint is null)
                {
                    // The program that works is tried first from now on.
                    _players = [program, .. _players.Where(other => other != program)];
                    return null;
                }

                problem ??= complaint;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return null;
            }
        }

        // A machine without a loudspeaker has none at the next sentence either.
        NoPlayer = $"There is no loudspeaker ({problem ?? "no player could be started"}); replies are shown as text.";
        return NoPlayer;
    }
}

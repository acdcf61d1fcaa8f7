using System.Globalization;
using System.Runtime.InteropServices;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;

namespace AvatarGrains.Media.Processes;

/// <summary>
/// Audio files by the <c>ffmpeg</c> program. The container is told from the file's first bytes and named to ffmpeg, which may read nothing
/// but its standard input: a playlist or a file that names other files is never followed.
/// </summary>
public sealed class FfmpegTranscoder : IAudioTranscoder, IDisposable
{
    private readonly string _program;
    private readonly ConverterLimits _limits;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _free;

    private FfmpegTranscoder(string program, ConverterLimits limits, TimeProvider time)
    {
        _program = program;
        _limits = limits;
        _time = time;
        _free = new SemaphoreSlim(limits.Concurrency);
    }

    /// <summary>A transcoder, or null when ffmpeg is not installed (Debian package ffmpeg).</summary>
    public static FfmpegTranscoder? Open(ConverterLimits limits, TimeProvider time) =>
        BoundedProcess.Find("ffmpeg") is { } program ? new FfmpegTranscoder(program, limits, time) : null;

    public void Dispose() => _free.Dispose();

    /// <inheritdoc/>
    /// <remarks>Also null when it takes longer than allowed. Audio longer than allowed comes back cut a second after the limit.</remarks>
    public async ValueTask<PcmBlock?> DecodeAsync(ReadOnlyMemory<byte> file, int sampleRate, CancellationToken cancellationToken)
    {
        if (AudioContainer.Sniff(file.Span) is not { } container)
        {
            return null;
        }

        var seconds = _limits.MaxAudio.TotalSeconds + 1;
        string[] arguments =
        [
            .. Quiet, "-protocol_whitelist", "pipe,fd", "-f", container, "-i", "pipe:0", "-map", "0:a:0", "-vn", "-sn", "-dn", "-map_metadata", "-1",
            "-t", seconds.ToString(CultureInfo.InvariantCulture),
            "-ac", "1", "-ar", sampleRate.ToString(CultureInfo.InvariantCulture), "-f", "s16le", "pipe:1",
        ];
        var pcm = await RunAsync(arguments, file, checked((int)((seconds + 1) * sampleRate * sizeof(short))), cancellationToken);
        return pcm is { Length: > 0 } bytes ? new PcmBlock(MemoryMarshal.Cast<byte, short>(bytes.Span).ToArray(), sampleRate) : null;
    }

    /// <inheritdoc/>
    /// <exception cref="EngineException">ffmpeg failed or took too long.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> EncodeMp3Async(PcmBlock audio, int sampleRate, CancellationToken cancellationToken)
    {
        var input = new byte[audio.Samples.Length * sizeof(short)];
        WaveFile.WriteSamples(audio.Samples.Span, input);
        string[] arguments =
        [
            .. Quiet, "-f", "s16le", "-ac", "1", "-ar", audio.SampleRate.ToString(CultureInfo.InvariantCulture), "-i", "pipe:0",
            "-ar", sampleRate.ToString(CultureInfo.InvariantCulture),
            "-codec:a", "libmp3lame", "-b:a", "64k", "-id3v2_version", "3", "-f", "mp3", "pipe:1",
        ];
        return await RunAsync(arguments, input, input.Length + (1 << 16), cancellationToken)
            ?? throw new EngineException(EngineFault.Failed, "The speech could not be made an MP3 file.");
    }

    private static string[] Quiet => ["-nostdin", "-hide_banner", "-loglevel", "error", "-threads", "1"];

    private async ValueTask<ReadOnlyMemory<byte>?> RunAsync(
        string[] arguments, ReadOnlyMemory<byte> input, int maxOutput, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        try
        {
            using var late = new CancellationTokenSource(_limits.Time, _time);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
            var output = await BoundedProcess.RunAsync(_program, arguments, input, maxOutput, limit.Token);
            cancellationToken.ThrowIfCancellationRequested();
            return output;
        }
        finally
        {
            _free.Release();
        }
    }
}

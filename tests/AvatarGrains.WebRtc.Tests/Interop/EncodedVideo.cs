using System.Buffers.Binary;
using System.Diagnostics;

namespace AvatarGrains.WebRtc.Tests.Interop;

/// <summary>Real VP8 frames of a test picture, encoded by ffmpeg.</summary>
internal static class EncodedVideo
{
    /// <summary>25 frames per second, a key frame every two seconds; null when ffmpeg is absent.</summary>
    public static async Task<List<byte[]>?> EncodeAsync(int seconds, string size)
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.ivf");
        try
        {
            using var ffmpeg = Process.Start(new ProcessStartInfo(
                "ffmpeg",
                $"-loglevel error -y -f lavfi -i testsrc=size={size}:rate=25 -t {seconds} -c:v libvpx -deadline realtime -cpu-used 8 -g 50 "
                    + $"-b:v 800k {path}"))!;
            await ffmpeg.WaitForExitAsync();
            return ffmpeg.ExitCode == 0 ? Split(await File.ReadAllBytesAsync(path)) : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static List<byte[]> Split(byte[] ivf)
    {
        var frames = new List<byte[]>();
        for (var at = 32; at + 12 <= ivf.Length;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(ivf.AsSpan(at));
            frames.Add(ivf[(at + 12)..(at + 12 + length)]);
            at += 12 + length;
        }

        return frames;
    }
}

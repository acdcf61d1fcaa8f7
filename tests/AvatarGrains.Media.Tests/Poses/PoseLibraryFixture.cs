using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Media;
using AvatarGrains.Media.Backgrounds;
using AvatarGrains.Media.Poses;
using AvatarGrains.Native;
using AvatarGrains.Native.Vpx;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvatarGrains.Media.Tests.Poses;

internal sealed class PoseLibraryFixture : IDisposable
{
    public static readonly AvatarView Small = new(DrawnRigs.Name, 96, 96);

    public PoseLibraryFixture(PoseLibraryOptions? options = null, DrawnRigs? rigs = null, TimeProvider? time = null, IBackgroundImages? images = null)
    {
        foreach (var library in (string[])["vpx", "cairo", "rsvg-2", "turbojpeg"])
        {
            Assert.SkipUnless(NativeResolver.IsAvailable(library), $"lib{library} is not installed");
        }

        Rigs = rigs ?? new DrawnRigs();
        Library = new PoseLibrary(
            Rigs,
            images ?? new FolderBackgrounds("/nonexistent"),
            options ?? new PoseLibraryOptions { PrepareIdleLoop = false, Workers = 2 },
            time ?? TimeProvider.System,
            NullLogger<PoseLibrary>.Instance);
    }

    public DrawnRigs Rigs { get; }

    public PoseLibrary Library { get; }

    /// <summary>Waits until the exact pose is there: asking again once each encode has been counted.</summary>
    public async Task<EncodedPose> ExactAsync(IPoseSet set, PoseKey key)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(TimeSpan.FromSeconds(60));
        while (true)
        {
            var pose = set.Get(key);
            if (pose.Key == key)
            {
                return pose;
            }

            timeout.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>Waits until a pose could not be drawn.</summary>
    public async Task FaultAsync()
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(TimeSpan.FromSeconds(60));
        while (Library.Statistics.Faults == 0)
        {
            timeout.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>Peak signal-to-noise ratio of the luma decoded last against a picture, in dB.</summary>
    public static double Psnr(Vp8Decoder decoder, ReadOnlySpan<byte> picture)
    {
        int width = decoder.Width, height = decoder.Height;
        var y = new byte[width * height];
        I420.FromBgra(picture, width, height, y, width, new byte[y.Length / 4], new byte[y.Length / 4], width / 2);
        double sum = 0;
        for (var i = 0; i < y.Length; i++)
        {
            double d = decoder.Y[((i / width) * decoder.StrideY) + (i % width)] - y[i];
            sum += d * d;
        }

        return 10 * Math.Log10(255.0 * 255.0 * y.Length / Math.Max(sum, 1));
    }

    public void Dispose() => Library.Dispose();
}

using AvatarGrains.Native.Cairo;

namespace AvatarGrains.Native.Tests.Video;

/// <summary>A simple moving head: shading, a mouth that opens, a sway.</summary>
internal static class FaceDrawing
{
    public static byte[] Draw(int width, int height, int phase, double mouth)
    {
        using var surface = CairoSurface.Create(width, height);
        using (var canvas = new CairoCanvas(surface))
        {
            canvas.Transform(CairoMatrix.Scaling(width / 100.0, height / 100.0));
            using var wall = CairoGradient.Linear(0, 0, 0, 100).Stop(0, CairoColor.FromRgb(0x8fb4d8)).Stop(1, CairoColor.FromRgb(0x3d5a80));
            canvas.Rectangle(0, 0, 100, 100);
            canvas.Fill(wall);
            canvas.NewPath();
            canvas.Transform(CairoMatrix.Translation(Math.Sin(phase / 16.0) * 1.5, Math.Cos(phase / 11.0)));
            using var skin = CairoGradient.Radial(45, 40, 5, 45).Stop(0, CairoColor.FromRgb(0xf3cfb4)).Stop(1, CairoColor.FromRgb(0xb9805c));
            canvas.Ellipse(50, 48, 26, 34);
            canvas.Fill(skin);
            canvas.NewPath();
            canvas.Ellipse(40, 42, 4, 3);
            canvas.Ellipse(60, 42, 4, 3);
            canvas.Fill(CairoColor.FromRgb(0x24313f));
            canvas.NewPath();
            canvas.Ellipse(50, 64, 9, 1 + (6 * mouth));
            canvas.Fill(CairoColor.FromRgb(0x7c2d2d));
        }

        var bgra = new byte[width * height * 4];
        surface.CopyTo(bgra);
        return bgra;
    }

    /// <summary>Peak signal-to-noise ratio over the three colours, in dB.</summary>
    public static double Psnr(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        double sum = 0;
        var count = 0;
        for (var i = 0; i < a.Length; i++)
        {
            if ((i & 3) != 3)
            {
                double d = a[i] - b[i];
                sum += d * d;
                count++;
            }
        }

        return sum == 0 ? 99 : 10 * Math.Log10(255.0 * 255.0 * count / sum);
    }
}

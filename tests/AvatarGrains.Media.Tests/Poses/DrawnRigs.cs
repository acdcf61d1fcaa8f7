using System.Collections.Concurrent;
using AvatarGrains.Core.Avatars;
using AvatarGrains.Media.Backgrounds;
using AvatarGrains.Media.Poses;
using AvatarGrains.Native.Cairo;

namespace AvatarGrains.Media.Tests.Poses;

/// <summary>One character drawn with a few shapes, each part of the key visible.</summary>
internal sealed class DrawnRigs(int loopFrames = 40) : IAvatarRigs
{
    public const string Name = "shape";

    public IReadOnlyList<AvatarInfo> Avatars { get; } = [new AvatarInfo(Name, "Shape", "A test face.", loopFrames, null)];

    /// <summary>Renderers made so far.</summary>
    public ConcurrentBag<IPoseRenderer> Made { get; } = [];

    /// <summary>Renderers not disposed.</summary>
    public int Alive;

    /// <summary>A key whose drawing fails.</summary>
    public PoseKey? Broken { get; set; }

    /// <summary>When set, drawing any pose but the base one waits for it.</summary>
    public ManualResetEventSlim? Gate { get; set; }

    public IPoseRenderer CreateRenderer(AvatarView view, ViewBackground background)
    {
        var renderer = new Renderer(view, background, this);
        Made.Add(renderer);
        Interlocked.Increment(ref Alive);
        return renderer;
    }

    public static byte[] Picture(AvatarView view, in PoseKey key)
    {
        using var renderer = new Renderer(view, ViewBackground.FromRig(), null);
        var bgra = new byte[view.Width * view.Height * 4];
        renderer.Render(key, bgra);
        return bgra;
    }

    private sealed class Renderer(AvatarView view, ViewBackground background, DrawnRigs? rigs) : IPoseRenderer
    {
        private int _busy;

        public AvatarView View => view;

        public void Render(in PoseKey key, Span<byte> bgra)
        {
            Assert.Equal(0, Interlocked.Exchange(ref _busy, 1));
            if (rigs is not null)
            {
                if (key == rigs.Broken)
                {
                    Volatile.Write(ref _busy, 0);
                    throw new InvalidOperationException("cannot be drawn");
                }

                if (key != PoseKey.Base)
                {
                    rigs.Gate?.Wait();
                }
            }

            using var surface = CairoSurface.Create(view.Width, view.Height);
            using (var canvas = new CairoCanvas(surface))
            {
                Draw(canvas, key);
            }

            surface.CopyTo(bgra);
            Volatile.Write(ref _busy, 0);
        }

        public void Dispose()
        {
            if (rigs is not null)
            {
                Interlocked.Decrement(ref rigs.Alive);
            }
        }

        private void Draw(CairoCanvas canvas, in PoseKey key)
        {
            canvas.Paint(background.Color ?? CairoColor.FromRgb(0x7fa6c9));
            if (background.Image is { } image)
            {
                canvas.PaintSurface(image, CairoMatrix.Identity);
            }

            var mouth = MouthTable.Shape(key.Mouth);
            canvas.Transform(CairoMatrix.Scaling(view.Width / 100.0, view.Height / 100.0));
            canvas.Transform(CairoMatrix.Translation(Math.Sin(key.Phase * 0.15), (key.Accent * 0.7) + Math.Cos(key.Phase * 0.1)));
            canvas.Ellipse(50, 50, 26, 36);
            canvas.Fill(CairoColor.FromRgb(0xe8bc9c + ((uint)key.Expression * 6)));
            canvas.NewPath();
            var open = key.Eyes switch { Eyes.Closed => 0.4, Eyes.Half => 1.5, _ => 3 };
            canvas.Ellipse(40 + (key.Eyes == Eyes.GlanceLeft ? -2 : 0), 42, 4, open);
            canvas.Ellipse(60, 42, 4, open);
            canvas.Fill(CairoColor.FromRgb(0x24313f));
            canvas.NewPath();
            canvas.Ellipse(50, 66, 8 + (3 * mouth.Width) - (3 * mouth.Round), 1 + (7 * mouth.Jaw));
            canvas.Fill(CairoColor.FromRgb(0x7c2d2d));
        }
    }
}

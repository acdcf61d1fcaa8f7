using AvatarGrains.Core.Avatars;
using AvatarGrains.Native.Cairo;
using AvatarGrains.Native.Rsvg;

namespace AvatarGrains.Media.Rigs;

/// <summary>A loaded, valid character. Immutable and shared by all its renderers.</summary>
public sealed class Rig
{
    /// <summary>How far from the drawing's box figure layers may reach, as a fraction of its size.</summary>
    private const double Overhang = 0.25;

    private readonly Lazy<SvgRectangle[]> _boxes;

    internal Rig(string name, RigManifest manifest, RigDrawing drawing)
    {
        Info = new AvatarInfo(name, manifest.DisplayName, manifest.Description, manifest.Loop.Frames, manifest.Voice);
        Manifest = manifest;
        Signals = new RigSignals(manifest, drawing.Targets);
        var box = drawing.ViewBox;
        Area = new SvgRectangle(
            box.X - (box.Width * Overhang), box.Y - (box.Height * Overhang), box.Width * (1 + (2 * Overhang)), box.Height * (1 + (2 * Overhang)));
        var back = manifest.Background;
        BackgroundArea = new SvgRectangle(back.X, back.Y, back.Width, back.Height);
        Background = LayerTemplate.Create(drawing, drawing.Layer(back.Layer)!, Signals.IndexOf);
        Templates = [.. manifest.Layers.Select(l => LayerTemplate.Create(drawing, drawing.Layer(l.Id)!, Signals.IndexOf))];
        _boxes = new Lazy<SvgRectangle[]>(() => [.. Templates.Select(MeasureBox)]);
    }

    /// <summary>What clients may know.</summary>
    public AvatarInfo Info { get; }

    internal RigManifest Manifest { get; }

    internal RigSignals Signals { get; }

    /// <summary>Outside of this, in rig units, figure layers are not drawn.</summary>
    internal SvgRectangle Area { get; }

    internal SvgRectangle BackgroundArea { get; }

    internal LayerTemplate Background { get; }

    internal LayerTemplate[] Templates { get; }

    /// <summary>Per layer, a box in rig units outside of which it never paints; empty (zero width) for a layer that paints nothing.</summary>
    internal SvgRectangle[] Boxes => _boxes.Value;

    /// <summary>Reads the rig in <paramref name="folder"/>, named after the folder.</summary>
    /// <exception cref="RigException">Anything is wrong with it; lists all errors.</exception>
    public static Rig Load(string folder)
    {
        var errors = new List<RigError>();
        if (RigValidator.Read(folder, errors) is not { } read)
        {
            throw new RigException(errors);
        }

        try
        {
            var rig = new Rig(Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))), read.Manifest, read.Drawing);
            foreach (var template in rig.Templates.Append(rig.Background))
            {
                SvgDocument.Parse(template.Instantiate(new double[template.Signals.Length], rig.Area)).Dispose();
            }

            return rig;
        }
        catch (SvgException bad)
        {
            throw new RigException([new RigError(Path.Combine(folder, RigValidator.DrawingFile), "", $"cannot be drawn: {bad.Message}")]);
        }
    }

    /// <summary>The figure's part of a view of this aspect: interpolated between the manifest's frames, the nearest beyond them.</summary>
    internal RigManifest.Frame FrameFor(double aspect)
    {
        var frames = Manifest.Frames;
        if (aspect <= frames[0].Aspect)
        {
            return frames[0];
        }

        for (var i = 1; i < frames.Count; i++)
        {
            if (aspect < frames[i].Aspect)
            {
                var (a, b) = (frames[i - 1], frames[i]);
                var t = (aspect - a.Aspect) / (b.Aspect - a.Aspect);
                return new RigManifest.Frame(aspect, Lerp(a.X, b.X, t), Lerp(a.Top, b.Top, t), Lerp(a.Height, b.Height, t));
            }
        }

        return frames[^1];
    }

    private static double Lerp(double a, double b, double t) => a + ((b - a) * t);

    /// <summary>
    /// Measures by drawing small: at rest and with each signal at 1. Morphing is linear: −1 displaces as far the other way, and
    /// displacements of several signals add up, so a box grows to all sides by what each of them moves its edges.
    /// </summary>
    private SvgRectangle MeasureBox(LayerTemplate template)
    {
        const double Margin = 2;
        var scale = 320 / Math.Max(Area.Width, Area.Height);
        var values = new double[template.Signals.Length];
        var rest = Ink(template, values, scale);
        var (left, top, right, bottom) = rest;
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = 1;
            var ink = Ink(template, values, scale);
            var grown = (Left: Math.Abs(rest.Left - ink.Left), Top: Math.Abs(rest.Top - ink.Top),
                Right: Math.Abs(ink.Right - rest.Right), Bottom: Math.Abs(ink.Bottom - rest.Bottom));
            values[i] = 0;
            (left, top, right, bottom) = (left - grown.Left, top - grown.Top, right + grown.Right, bottom + grown.Bottom);
        }

        return right <= left
            ? default
            : new SvgRectangle(
                Area.X + ((left - Margin) / scale), Area.Y + ((top - Margin) / scale),
                (right - left + (2 * Margin)) / scale, (bottom - top + (2 * Margin)) / scale);
    }

    private (int Left, int Top, int Right, int Bottom) Ink(LayerTemplate template, double[] values, double scale)
    {
        var width = (int)Math.Ceiling(Area.Width * scale);
        var height = (int)Math.Ceiling(Area.Height * scale);
        using var surface = CairoSurface.Create(width, height);
        using (var document = SvgDocument.Parse(template.Instantiate(values, Area)))
        using (var canvas = new CairoCanvas(surface))
        {
            document.Render(canvas, new SvgRectangle(0, 0, Area.Width * scale, Area.Height * scale));
            canvas.ThrowIfFailed();
        }

        var pixels = surface.Pixels;
        var (left, top, right, bottom) = (width, height, 0, 0);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                if (pixels[(y * surface.Stride) + (x * 4) + 3] != 0)
                {
                    (left, top, right, bottom) = (Math.Min(left, x), Math.Min(top, y), Math.Max(right, x + 1), Math.Max(bottom, y + 1));
                }
            }
        }

        return (left, top, right, bottom);
    }
}

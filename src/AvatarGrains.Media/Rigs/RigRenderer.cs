using AvatarGrains.Core.Avatars;
using AvatarGrains.Media.Backgrounds;
using AvatarGrains.Media.Poses;
using AvatarGrains.Native.Cairo;
using AvatarGrains.Native.Pictures;
using AvatarGrains.Native.Rsvg;

namespace AvatarGrains.Media.Rigs;

/// <summary>
/// Draws the poses of a rig for one view. Each state of each layer is drawn by librsvg once at the view's scale; a pose then only lays these pictures
/// over each other, moved by the rig's joints. One thread at a time; many renderers of one rig may work at once.
/// </summary>
public sealed class RigRenderer : IPoseRenderer
{
    /// <summary>Memory for the drawn states of morphing layers.</summary>
    private const long CacheBytes = 48L << 20;

    /// <summary>Up to this figure height in pixels layers are drawn finer than shown, so that moving them does not blur them.</summary>
    private const double FineHeight = 800;

    private const double Finer = 1.5;

    private readonly Rig _rig;
    private readonly RigJoints _joints;
    private readonly SpriteCache _cache = new(CacheBytes);
    private readonly LayerStack _stack;
    private readonly double[] _signals;
    private readonly SvgRectangle[] _boxes;
    private readonly CairoMatrix _toView;
    private readonly double _density;

    /// <param name="rig">The character.</param>
    /// <param name="view">Size and padding; already checked.</param>
    /// <param name="background">What it stands before; not disposed.</param>
    public RigRenderer(Rig rig, AvatarView view, ViewBackground background)
    {
        _rig = rig;
        View = view;
        _joints = new RigJoints(rig.Manifest, rig.Signals);
        _signals = new double[rig.Signals.Count];
        var frame = rig.FrameFor(view.Width / (double)view.Height);
        var fit = view.Height / frame.Height;
        var scale = fit * view.PaddingHeight;

        // The figure is scaled about the middle of the lower edge, on which it stands.
        var x = (view.Width * (0.5 + view.PaddingLeft)) - (frame.X * scale);
        var y = (view.Height * (1 + view.PaddingTop)) - ((frame.Top + frame.Height) * scale);
        _toView = new CairoMatrix(scale, 0, 0, scale, x, y);
        _density = view.Height * view.PaddingHeight <= FineHeight ? scale * Finer : scale;
        _boxes = scale > 0 ? [.. rig.Boxes.Select(b => Visible(b, view, scale, x, y))] : new SvgRectangle[rig.Boxes.Length];
        _stack = new LayerStack(DrawBackground(background), _boxes.Length);
    }

    public AvatarView View { get; }

    public void Render(in PoseKey key, Span<byte> bgra)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bgra.Length, View.Width * View.Height * 4);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(key.Phase, _rig.Info.LoopFrames);
        _rig.Signals.Resolve(key, _signals);
        _joints.Pose(_signals);
        for (var i = 0; i < _boxes.Length; i++)
        {
            if (_boxes[i].Width > 0)
            {
                var box = _boxes[i];
                var place = new CairoMatrix(1 / _density, 0, 0, 1 / _density, box.X, box.Y).Then(_joints.OfLayer(i)).Then(_toView);
                _stack.Set(i, SpriteOf(i), place);
            }
        }

        _stack.Paint();
        _stack.Bgra.CopyTo(bgra);
    }

    public void Dispose()
    {
        // All pictures are managed memory.
    }

    /// <summary>The part of a layer's box that can come into view, on whole pixels of the layer's picture.</summary>
    private SvgRectangle Visible(SvgRectangle box, AvatarView view, double scale, double x, double y)
    {
        if (box.Width <= 0)
        {
            return default;
        }

        var reach = 0.05 * view.Height;
        var left = Math.Max(box.X, (-reach - x) / scale);
        var top = Math.Max(box.Y, (-reach - y) / scale);
        var right = Math.Min(box.X + box.Width, (view.Width + reach - x) / scale);
        var bottom = Math.Min(box.Y + box.Height, (view.Height + reach - y) / scale);
        if (right <= left || bottom <= top)
        {
            return default;
        }

        // On the view's own grid: a layer at rest is copied pixel by pixel.
        var originX = x / scale * _density;
        var originY = y / scale * _density;
        double SnapX(double v) => (Math.Floor((v * _density) + originX) - originX) / _density;
        double SnapY(double v) => (Math.Floor((v * _density) + originY) - originY) / _density;
        var (snappedX, snappedY) = (SnapX(left), SnapY(top));
        return new SvgRectangle(
            snappedX, snappedY, Math.Ceiling((right - snappedX) * _density) / _density, Math.Ceiling((bottom - snappedY) * _density) / _density);
    }

    private Sprite SpriteOf(int layer)
    {
        var template = _rig.Templates[layer];
        var steps = _rig.Manifest.Layers[layer].Steps;
        var state = LayerState.Of(layer, template.Signals, _signals, steps);
        if (_cache.TryGet(state, out var known))
        {
            return known!;
        }

        Span<double> values = stackalloc double[template.Signals.Length];
        state.Unpack(values, steps);
        var box = _boxes[layer];
        using var surface = CairoSurface.Create((int)Math.Round(box.Width * _density), (int)Math.Round(box.Height * _density));
        using var document = SvgDocument.Parse(template.Instantiate(values, box));
        using (var canvas = new CairoCanvas(surface))
        {
            document.Render(canvas, new SvgRectangle(0, 0, box.Width * _density, box.Height * _density));
            canvas.ThrowIfFailed();
        }

        var sprite = Sprite.From(surface);
        _cache.Add(state, sprite);
        return sprite;
    }

    private PixelCanvas DrawBackground(ViewBackground background)
    {
        using var surface = CairoSurface.Create(View.Width, View.Height);
        using (var canvas = new CairoCanvas(surface))
        {
            canvas.Paint(background.Color ?? new CairoColor(0, 0, 0, 1));
            if (background.Image is { } image)
            {
                canvas.PaintSurface(image, CairoMatrix.Identity, CairoFilter.Nearest);
            }
            else if (background.IsRigOwn)
            {
                var area = _rig.BackgroundArea;
                var cover = Math.Max(View.Width / area.Width, View.Height / area.Height);
                using var document = SvgDocument.Parse(_rig.Background.Instantiate(new double[_rig.Background.Signals.Length], area));
                document.Render(canvas, new SvgRectangle(
                    (View.Width - (area.Width * cover)) / 2, (View.Height - (area.Height * cover)) / 2, area.Width * cover, area.Height * cover));
            }

            canvas.ThrowIfFailed();
        }

        var pixels = new PixelCanvas(View.Width, View.Height);
        pixels.Load(surface.Pixels, surface.Stride);
        return pixels;
    }
}

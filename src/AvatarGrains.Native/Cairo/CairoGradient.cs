using System.Runtime.InteropServices;

namespace AvatarGrains.Native.Cairo;

/// <summary>A linear or radial blend of colours in user space.</summary>
public sealed class CairoGradient : IDisposable
{
    private readonly PatternHandle _pattern;

    private CairoGradient(nint pattern) => _pattern = new PatternHandle(pattern);

    internal nint Handle => _pattern.DangerousGetHandle();

    public static CairoGradient Linear(double x0, double y0, double x1, double y1) =>
        new(NativeCairo.cairo_pattern_create_linear(x0, y0, x1, y1));

    public static CairoGradient Radial(double x, double y, double innerRadius, double outerRadius) =>
        new(NativeCairo.cairo_pattern_create_radial(x, y, innerRadius, x, y, outerRadius));

    /// <summary>Adds a colour at <paramref name="offset"/>, 0 to 1.</summary>
    public CairoGradient Stop(double offset, in CairoColor color)
    {
        NativeCairo.cairo_pattern_add_color_stop_rgba(Handle, offset, color.R, color.G, color.B, color.A);
        return this;
    }

    public void Dispose() => _pattern.Dispose();

    private sealed class PatternHandle : SafeHandle
    {
        public PatternHandle(nint pattern)
            : base(0, ownsHandle: true) => SetHandle(pattern);

        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            NativeCairo.cairo_pattern_destroy(handle);
            return true;
        }
    }
}

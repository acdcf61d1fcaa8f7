using AvatarGrains.Native.Cairo;

namespace AvatarGrains.Media.Backgrounds;

/// <summary>What lies behind the figure of one view: the rig's own background, a colour, or a picture.</summary>
public sealed class ViewBackground : IDisposable
{
    private ViewBackground(CairoColor? color, CairoSurface? image)
    {
        Color = color;
        Image = image;
    }

    /// <summary>True when the rig draws its own background.</summary>
    public bool IsRigOwn => Color is null && Image is null;

    /// <summary>A plain colour, or null.</summary>
    public CairoColor? Color { get; }

    /// <summary>An opaque picture of exactly the view's size, or null. Read only.</summary>
    public CairoSurface? Image { get; }

    /// <summary>Leaves the background to the rig.</summary>
    public static ViewBackground FromRig() => new(null, null);

    public static ViewBackground FromColor(CairoColor color) => new(color, null);

    /// <summary>Takes ownership of <paramref name="image"/>.</summary>
    public static ViewBackground FromImage(CairoSurface image) => new(null, image);

    public void Dispose() => Image?.Dispose();
}

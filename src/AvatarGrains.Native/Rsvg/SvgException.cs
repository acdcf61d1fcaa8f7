namespace AvatarGrains.Native.Rsvg;

/// <summary>The text is not a usable SVG document, or an element asked for is not in it.</summary>
public sealed class SvgException(string message) : Exception(message);

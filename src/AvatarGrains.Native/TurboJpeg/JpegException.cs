namespace AvatarGrains.Native.TurboJpeg;

/// <summary>The data is not a usable JPEG picture, or encoding failed.</summary>
public sealed class JpegException(string message) : Exception(message);

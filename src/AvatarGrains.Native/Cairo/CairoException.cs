namespace AvatarGrains.Native.Cairo;

/// <summary>A drawing operation failed: out of memory, a size outside the library's limits, or a picture that is not PNG.</summary>
public sealed class CairoException(string message) : Exception(message);

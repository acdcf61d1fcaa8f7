namespace AvatarGrains.Native;

/// <summary>One library the server can use: where it is sought and what installs it.</summary>
/// <param name="Name">Logical name, as in <c>LibraryImport</c>.</param>
/// <param name="Purpose">What the server does with it, for people.</param>
/// <param name="Package">Package that installs it on this system.</param>
/// <param name="FileNames">File names tried in order (Debian 12 and 13, Ubuntu 22.04 and 24.04).</param>
/// <param name="Optional">True when the server runs without it.</param>
public sealed record NativeLibraryInfo(string Name, string Purpose, string Package, IReadOnlyList<string> FileNames, bool Optional = false)
{
    /// <summary>Environment variable that holds a path to load instead: <c>AVATAR_NATIVE_VPX</c>, <c>AVATAR_NATIVE_ESPEAK_NG</c>.</summary>
    public string OverrideVariable => "AVATAR_NATIVE_" + Name.ToUpperInvariant().Replace('-', '_').Replace('.', '_');

    /// <summary>Library name as people know it: <c>libvpx</c>.</summary>
    public string DisplayName => "lib" + Name;
}

using System.Text.RegularExpressions;

namespace AvatarGrains.Native;

/// <summary>Whether and where one library was found.</summary>
/// <param name="Library">Which one.</param>
/// <param name="Path">File it was loaded from; null when missing.</param>
/// <param name="Version">Version in the file's name; empty when it carries none.</param>
/// <param name="Problem">Null when found; else one line that says what to install.</param>
public sealed record NativeLibraryStatus(NativeLibraryInfo Library, string? Path, string Version, string? Problem)
{
    public bool Found => Path is not null;
}

/// <summary>Lists every native library with where it was found, or what to install.</summary>
public static partial class NativeLibraryReport
{
    /// <summary>Loads each library to find out.</summary>
    public static IReadOnlyList<NativeLibraryStatus> Create() => [.. NativeLibraryTable.All.Select(Examine)];

    private static NativeLibraryStatus Examine(NativeLibraryInfo library)
    {
        if (!NativeResolver.TryLoad(library, out _))
        {
            return new NativeLibraryStatus(library, null, "", NativeResolver.MissingMessage(library));
        }

        var path = MappedPath(library) ?? library.FileNames[0];
        return new NativeLibraryStatus(library, path, VersionPattern().Match(path).Groups[1].Value, null);
    }

    /// <summary>The file as the kernel mapped it, which is the real one behind the soname's link.</summary>
    private static string? MappedPath(NativeLibraryInfo library)
    {
        const string maps = "/proc/self/maps";
        if (!File.Exists(maps))
        {
            return null;
        }

        var prefix = $"/lib{library.Name}.so";
        return File.ReadLines(maps)
            .Select(line => line.IndexOf('/') is var slash and >= 0 ? line[slash..] : "")
            .FirstOrDefault(path => path.Contains(prefix, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"\.so\.([0-9.]+)$")]
    private static partial Regex VersionPattern();
}

using System.Xml.Linq;

namespace AvatarGrains.Architecture.Tests;

/// <summary>The checkout the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static IEnumerable<string> SourceFiles(string under) =>
        Files(under).Where(file => Path.GetExtension(file) == ".cs");

    /// <summary>The files below a folder that no build has made.</summary>
    public static IEnumerable<string> Files(string under) =>
        Directory.EnumerateFiles(Path.Combine(Root, under), "*", SearchOption.AllDirectories).Where(IsSource);

    public static IReadOnlyDictionary<string, string[]> ProjectReferences(string under) =>
        Directory.EnumerateFiles(Path.Combine(Root, under), "*.csproj", SearchOption.AllDirectories).ToDictionary(
            file => Path.GetFileNameWithoutExtension(file),
            file => XDocument.Load(file).Descendants("ProjectReference")
                .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/'))).ToArray());

    public static string Relative(string file) => Path.GetRelativePath(Root, file);

    private static bool IsSource(string file)
    {
        var parts = Relative(file).Split(Path.DirectorySeparatorChar);
        return !parts.Contains("bin") && !parts.Contains("obj");
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "AvatarGrains.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("AvatarGrains.sln not found above " + AppContext.BaseDirectory);
    }
}

namespace AvatarGrains.Benchmarks.Operations;

/// <summary>The checkout this program was built from.</summary>
internal static class RepositoryFolder
{
    /// <exception cref="DirectoryNotFoundException">There is none above the program.</exception>
    public static string Root { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "AvatarGrains.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException("AvatarGrains.sln is not above this program");
    }
}

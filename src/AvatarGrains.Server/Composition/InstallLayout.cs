namespace AvatarGrains.Server.Composition;

/// <summary>Where the files that come with the server are: beside the program once it is published, else in the checkout it was built from.</summary>
internal static class InstallLayout
{
    /// <summary>The folder with <c>avatars</c>.</summary>
    public static string? Models { get; } = Find("models", "avatars");

    /// <summary>The page's files.</summary>
    public static string? WebRoot { get; } =
        Find(Path.Combine("src", "AvatarGrains.Server", "wwwroot"), "index.html") ?? Find("wwwroot", "index.html");

    private static string? Find(string folder, string content)
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var candidate = Path.Combine(at.FullName, folder);
            if (Path.Exists(Path.Combine(candidate, content)))
            {
                return candidate;
            }
        }

        return null;
    }
}

namespace AvatarGrains.Engines.Tests;

/// <summary>Shared test data outside the repository.</summary>
internal static class TestData
{
    /// <summary>The path of a file in AVATAR_TEST_DATA or in <c>shared/data</c> beside a parent of the build, or null.</summary>
    public static string? Find(string name)
    {
        if (Environment.GetEnvironmentVariable("AVATAR_TEST_DATA") is { Length: > 0 } folder)
        {
            return Existing(Path.Combine(folder, name));
        }

        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (Existing(Path.Combine(at.FullName, "shared", "data", name)) is { } path)
            {
                return path;
            }
        }

        return null;
    }

    private static string? Existing(string path) => File.Exists(path) ? path : null;
}

namespace AvatarGrains.Api.Tests.Shared;

/// <summary>Transcripts kept beside the tests. Run with AVATAR_WRITE_GOLDEN=1 to write them anew; read the difference before keeping it.</summary>
internal static class GoldenFile
{
    /// <summary>Compares with <c>Golden/NAME.txt</c>.</summary>
    public static void Compare(string name, string text)
    {
        var file = Path.Combine(Folder(), name + ".txt");
        if (Environment.GetEnvironmentVariable("AVATAR_WRITE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Folder());
            File.WriteAllText(file, text);
            return;
        }

        Assert.Equal(File.ReadAllText(file), text);
    }

    private static string Folder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "AvatarGrains.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder!.FullName, "tests", "AvatarGrains.Api.Tests", "Golden");
    }
}

namespace AvatarGrains.Engines.Tests;

/// <summary>Files under Data, copied beside the tests.</summary>
internal static class TestFiles
{
    public static string Read(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", name));
}

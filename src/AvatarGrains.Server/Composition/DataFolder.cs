using AvatarGrains.Server.Configuration;

namespace AvatarGrains.Server.Composition;

/// <summary>The folder of sessions and caches.</summary>
internal static class DataFolder
{
    /// <summary>Makes the folder and proves that it can be written.</summary>
    /// <exception cref="StartupException">It cannot.</exception>
    public static void Prepare(string folder)
    {
        var probe = Path.Combine(folder, $".write-test-{Environment.ProcessId}");
        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new StartupException($"The data folder {Path.GetFullPath(folder)} cannot be written: {refused.Message}", refused);
        }
    }
}

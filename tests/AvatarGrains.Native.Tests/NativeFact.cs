namespace AvatarGrains.Native.Tests;

/// <summary>Skips a test when a library is not installed.</summary>
internal static class NativeFact
{
    public static void Require(string name)
    {
        var status = NativeLibraryReport.Create().Single(s => s.Library.Name == name);
        Assert.SkipUnless(status.Found, status.Problem ?? name);
    }
}

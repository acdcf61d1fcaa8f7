namespace AvatarGrains.Native.Tests.Libraries;

public sealed class NativeResolverTests
{
    [Fact]
    public void Report_names_a_package_or_a_path_for_every_library()
    {
        var report = NativeLibraryReport.Create();

        Assert.Equal(22, report.Count);
        Assert.All(report, status => Assert.True(status.Found == (status.Problem is null)));
        Assert.All(report.Where(s => s.Found), s => Assert.True(File.Exists(s.Path)));
        Assert.All(report.Where(s => !s.Found), s => Assert.Contains("apt-get install " + s.Library.Package, s.Problem));
        Assert.Single(report, s => s.Library.Name == "c" && s.Found);
    }

    [Fact]
    public void Override_to_an_absent_file_is_reported_with_the_package_and_not_papered_over()
    {
        NativeResolver.UsePath("onnxruntime", "/nonexistent/libonnxruntime.so");

        var status = NativeLibraryReport.Create().Single(s => s.Library.Name == "onnxruntime");

        Assert.False(status.Found);
        Assert.StartsWith("libonnxruntime not found (tried /nonexistent/libonnxruntime.so); install it with: apt-get install ", status.Problem);
        Assert.Contains("AVATAR_NATIVE_ONNXRUNTIME", status.Problem);
    }

    [Fact]
    public void Use_path_of_an_unknown_library_is_refused() =>
        Assert.Throws<ArgumentException>(() => NativeResolver.UsePath("nosuch", "/x"));

    [Theory]
    [InlineData("espeak-ng", "AVATAR_NATIVE_ESPEAK_NG")]
    [InlineData("gobject-2.0", "AVATAR_NATIVE_GOBJECT_2_0")]
    public void Override_variable_is_a_legal_environment_name(string name, string variable) =>
        Assert.Equal(variable, NativeLibraryReport.Create().Single(s => s.Library.Name == name).Library.OverrideVariable);
}

using System.Text.Json.Nodes;
using AvatarGrains.Media.Rigs;

namespace AvatarGrains.Media.Tests.Rigs;

public sealed class BadRigTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("bad-rig").FullName;

    public BadRigTests()
    {
        foreach (var file in (string[])[RigValidator.ManifestFile, RigValidator.DrawingFile])
        {
            File.Copy(Path.Combine(ShippedRigs.Folder, ShippedRigs.Names[0], file), Path.Combine(_folder, file));
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Untouched_copy_is_good() => Assert.Empty(RigValidator.Validate(_folder));

    [Fact]
    public void All_errors_of_a_manifest_are_reported_at_once()
    {
        ChangeManifest(m =>
        {
            m["visemes"]!.AsObject().Remove("PP");
            m["visemes"]!["AA"]!["jaw"] = 3;
            m["expressions"]!.AsObject().Add("Bored", new JsonObject());
            m["eyes"]!["Half"]!["winking"] = 0.5;
            m["loop"]!["frames"] = 0;
            m["joints"]!["neck"]!["parent"] = "tail";
            m["layers"]!.AsArray().Add(new JsonObject { ["id"] = "wings" });
            m["whileSpeaking"]!["smile"] = 2;
        });
        var errors = RigValidator.Validate(_folder);
        foreach (var element in (string[])
        [
            "visemes.PP", "visemes.AA.jaw", "expressions.Bored", "winking", "loop.frames", "joints.neck.parent", "wings", "whileSpeaking.smile",
        ])
        {
            Assert.Contains(errors, e => e.Element == element && e.Problem.Length > 0 && e.File.StartsWith(_folder, StringComparison.Ordinal));
        }

        var thrown = Assert.Throws<RigException>(() => Rig.Load(_folder));
        Assert.Equal(errors, thrown.Errors);
        Assert.Contains("visemes.PP", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_errors_of_a_drawing_are_reported_at_once()
    {
        var file = Path.Combine(_folder, RigValidator.DrawingFile);
        File.WriteAllText(file, File.ReadAllText(file)
            .Replace(
                "<g id=\"eyes\">", "<g id=\"eyes-renamed\"><image href=\"http://example.org/a.png\"/><text id=\"words\">a</text>",
                StringComparison.Ordinal)
            .Replace(
                "<g id=\"target-jaw\">",
                "<g id=\"target-jaw\"><path id=\"lip-lower.odd\" d=\"M0 0 L1 1\"/><path id=\"beak.jaw\" d=\"M0 0\"/>"
                    + "<path id=\"nameless\" d=\"M0 0\"/>",
                StringComparison.Ordinal)
            .Replace("url(#blur-8)", "url(#blur-9)", StringComparison.Ordinal));
        var errors = RigValidator.Validate(_folder);
        foreach (var element in (string[])["eyes", "image", "words", "lip-lower.odd", "beak.jaw", "nameless"])
        {
            Assert.Contains(errors, e => e.Element == element);
        }

        Assert.Contains(errors, e => e.Problem.Contains("url(#blur-9)", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(RigValidator.ManifestFile, "{ not json")]
    [InlineData(RigValidator.ManifestFile, "null")]
    [InlineData(RigValidator.ManifestFile, "{}")]
    [InlineData(RigValidator.DrawingFile, "<svg")]
    [InlineData(RigValidator.DrawingFile, "<html/>")]
    [InlineData(RigValidator.DrawingFile, "<!DOCTYPE svg [<!ENTITY a \"b\">]><svg xmlns='http://www.w3.org/2000/svg'/>")]
    public void Unreadable_file_is_named(string file, string content)
    {
        File.WriteAllText(Path.Combine(_folder, file), content);
        Assert.All(RigValidator.Validate(_folder), e => Assert.Equal(Path.Combine(_folder, file), e.File));
        Assert.NotEmpty(RigValidator.Validate(_folder));
    }

    [Fact]
    public void Null_rows_are_an_error_not_a_crash()
    {
        ChangeManifest(m => m["visemes"]!["PP"] = null);
        Assert.NotEmpty(RigValidator.Validate(_folder));
    }

    [Fact]
    public void Missing_files_are_reported_both()
    {
        File.Delete(Path.Combine(_folder, RigValidator.ManifestFile));
        File.Delete(Path.Combine(_folder, RigValidator.DrawingFile));
        Assert.Equal(2, RigValidator.Validate(_folder).Count);
    }

    [Fact]
    public void Library_reports_the_errors_of_all_rigs()
    {
        var parent = Directory.CreateTempSubdirectory("rigs").FullName;
        try
        {
            Assert.Throws<RigException>(() => RigLibrary.Load(parent));
            foreach (var name in (string[])["one", "two"])
            {
                Directory.CreateDirectory(Path.Combine(parent, name));
                File.WriteAllText(Path.Combine(parent, name, RigValidator.ManifestFile), "{}");
            }

            var thrown = Assert.Throws<RigException>(() => RigLibrary.Load(parent));
            Assert.Contains(thrown.Errors, e => e.File.Contains("one", StringComparison.Ordinal));
            Assert.Contains(thrown.Errors, e => e.File.Contains("two", StringComparison.Ordinal));
        }
        finally
        {
            Directory.Delete(parent, recursive: true);
        }
    }

    private void ChangeManifest(Action<JsonNode> change)
    {
        var file = Path.Combine(_folder, RigValidator.ManifestFile);
        var manifest = JsonNode.Parse(File.ReadAllText(file))!;
        change(manifest);
        File.WriteAllText(file, manifest.ToJsonString());
    }
}

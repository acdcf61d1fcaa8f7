using System.Text.RegularExpressions;

namespace AvatarGrains.Architecture.Tests;

/// <summary>
/// A dialect is known to its own folder and to one place of composition: what all dialects stand on, the edge and the shared parts of the API, says
/// nothing of any, and none leans on another.
/// </summary>
public sealed partial class DialectTests
{
    private const string Edge = "src/AvatarGrains.Edge/";
    private const string Api = "src/AvatarGrains.Api/";
    private const string Shared = Api + "Shared/";
    private const string Dialects = Api + "Dialects/";
    private const string Composition = Api + "AvatarApi.cs";

    [Fact]
    public void No_part_beside_the_dialects_knows_one() => Assert.Empty(Sources(Edge)
        .Concat(Sources(Api).Where(source => source.File != Composition && !source.File.StartsWith(Dialects, StringComparison.Ordinal)))
        .SelectMany(Broken));

    [Fact]
    public void A_dialect_is_added_and_mapped_in_one_line_each()
    {
        var composition = File.ReadAllText(Path.Combine(Repository.Root, Composition));
        var names = Directory.EnumerateDirectories(Path.Combine(Repository.Root, Dialects)).Select(folder => Path.GetFileName(folder)).ToArray();
        Assert.NotEmpty(names);
        foreach (var name in names)
        {
            Assert.True(File.Exists(Path.Combine(Repository.Root, Dialects, name, name + "Dialect.cs")), $"{name} has no {name}Dialect.cs");
            Assert.Single(Regex.Matches(composition, $@"\bservices\.Add{name}\("));
            Assert.Single(Regex.Matches(composition, $@"\bapp\.Map{name}\("));
        }
    }

    [Fact]
    public void No_dialect_knows_another() => Assert.Empty(Sources(Dialects).SelectMany(Broken));

    [Theory]
    [InlineData(Edge + "A.cs", "throw new E(\"made without STF_WEBRTC\");", "says STF_WEBRTC")]
    [InlineData(Edge + "A.cs", "if (type == \"ttstf\") { }", "says ttstf")]
    [InlineData(Shared + "A.cs", "/// <summary>As Perso does.</summary>", "says Perso")]
    [InlineData(Shared + "A.cs", "internal sealed class AIAvatarKitErrors;", "says AIAvatarKit")]
    [InlineData(Shared + "A.cs", "const string Header = \"PersoLive-APIKey\";", "says Perso")]
    [InlineData(Shared + "A.cs", "using AvatarGrains.Api.Dialects.Made;", "reaches into Dialects.Made")]
    [InlineData(Dialects + "Made/A.cs", "using AvatarGrains.Api.Dialects.Perso.Library;", "reaches into Dialects.Perso")]
    public void What_breaks_the_rule_is_found(string file, string text, string what) => Assert.Contains($"{file} {what}", Broken((file, text)));

    [Theory]
    [InlineData(Dialects + "Perso/A.cs", "using AvatarGrains.Api.Dialects.Perso.Library; // \"STF_WEBRTC\"")]
    [InlineData(Shared + "A.cs", "/// <summary>A person's dialect.</summary>")]
    [InlineData(Edge + "A.cs", "session.Spec.Capabilities.HasFlag(Capabilities.StfWebRtc)")]
    public void What_keeps_it_is_not(string file, string text) => Assert.Empty(Broken((file, text)));

    private static IEnumerable<(string File, string Text)> Sources(string folder) =>
        Repository.SourceFiles(folder).Select(file => (Repository.Relative(file).Replace('\\', '/'), File.ReadAllText(file)));

    private static IEnumerable<string> Broken((string File, string Text) source)
    {
        var (file, text) = source;
        var own = file.StartsWith(Dialects, StringComparison.Ordinal) ? file[Dialects.Length..].Split('/')[0] : null;
        var said = own is null ? Word().Matches(text).Select(match => $"{file} says {match.Value}") : [];
        return Reference().Matches(text)
            .Where(match => match.Groups[1].Value != own)
            .Select(match => $"{file} reaches into {match.Value}")
            .Concat(said)
            .Distinct();
    }

    /// <summary>Names of systems whose clients are served, and words of their wires.</summary>
    [GeneratedRegex(
        @"\bPerso(?![n])|AIAvatarKit|OpenAvatarChat|LiveTalking|ClipChat|Pipecat|\bRTVI\b|\bfastrtc\b|\bSTF_[A-Z]+|\bttstf\b|""stf\b",
        RegexOptions.IgnoreCase)]
    private static partial Regex Word();

    [GeneratedRegex(@"\bDialects\.(\w+)")]
    private static partial Regex Reference();
}

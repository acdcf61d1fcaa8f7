using System.Text.RegularExpressions;

namespace AvatarGrains.Architecture.Tests;

/// <summary>Holds the arrows between projects; the map in README.md draws the same ones.</summary>
public sealed partial class ArrowTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["AvatarGrains.Core"] = [],
        ["AvatarGrains.WebRtc"] = [],
        ["AvatarGrains.Native"] = ["AvatarGrains.Core", "AvatarGrains.WebRtc"],
        ["AvatarGrains.Media"] = ["AvatarGrains.Core", "AvatarGrains.Native"],
        ["AvatarGrains.Engines"] = ["AvatarGrains.Core", "AvatarGrains.Native"],
        ["AvatarGrains.Storage"] = ["AvatarGrains.Core"],
        ["AvatarGrains.Grains"] = ["AvatarGrains.Core"],
        ["AvatarGrains.Edge"] = ["AvatarGrains.Core", "AvatarGrains.WebRtc"],
        ["AvatarGrains.Api"] = ["AvatarGrains.Core", "AvatarGrains.Edge", "AvatarGrains.WebRtc"],
        ["AvatarGrains.Client"] = ["AvatarGrains.WebRtc"],
        ["AvatarGrains.Cli"] = ["AvatarGrains.Client", "AvatarGrains.WebRtc"],
        ["AvatarGrains.Server"] =
        [
            "AvatarGrains.Api", "AvatarGrains.Core", "AvatarGrains.Edge", "AvatarGrains.Engines", "AvatarGrains.Grains", "AvatarGrains.Media",
            "AvatarGrains.Native",
            "AvatarGrains.Storage", "AvatarGrains.WebRtc",
        ],
    };

    [Fact]
    public void Projects_reference_only_what_the_map_allows()
    {
        var wrong = Repository.ProjectReferences("src")
            .SelectMany(project => project.Value
                .Where(reference => !Allowed.TryGetValue(project.Key, out var allowed) || !allowed.Contains(reference))
                .Select(reference => $"{project.Key} -> {reference}"))
            .Concat(Repository.ProjectReferences("src").Keys.Where(name => !Allowed.ContainsKey(name)).Select(name => $"{name} is not on the map"));
        Assert.Empty(wrong);
    }

    [Fact]
    public void Core_touches_no_socket_file_process_or_database()
    {
        var wrong = Repository.SourceFiles("src/AvatarGrains.Core")
            .Where(file => OutsideWorld().IsMatch(File.ReadAllText(file)))
            .Select(Repository.Relative);
        Assert.Empty(wrong);
    }

    [Fact]
    public void Peer_does_no_io_outside_its_sockets_folder()
    {
        var wrong = Repository.SourceFiles("src/AvatarGrains.WebRtc")
            .Where(file => !Repository.Relative(file).Contains("/Sockets/", StringComparison.Ordinal))
            .Where(file => PeerOutsideWorld().IsMatch(File.ReadAllText(file)))
            .Select(Repository.Relative);
        Assert.Empty(wrong);
    }

    [Fact]
    public void Unsafe_code_lives_in_native_alone()
    {
        var wrong = new[] { "src", "tests", "benchmarks" }
            .Where(folder => Directory.Exists(Path.Combine(Repository.Root, folder)))
            .SelectMany(Repository.SourceFiles)
            .Where(file => !Repository.Relative(file).StartsWith("src/AvatarGrains.Native/", StringComparison.Ordinal))
            .Where(file => !Repository.Relative(file).Contains("Architecture.Tests", StringComparison.Ordinal))
            .Where(file => Native().IsMatch(File.ReadAllText(file)))
            .Select(Repository.Relative);
        Assert.Empty(wrong);
    }

    [GeneratedRegex(
        @"\bSystem\.Net\.(Sockets|Http)\b|\bFile\.(Read|Write|Open|Exists|Delete|Append|Create|Move|Copy)|\bDirectory\.(Create|Enumerate|Get|Delete)|\bProcess\.Start|\bSystem\.Data\b|\bStopwatch\.")]
    private static partial Regex OutsideWorld();

    [GeneratedRegex(@"\bSystem\.Net\.Sockets\b|\bTimeProvider\b|\bStopwatch\b|\bTask\b|\bThread\b|\block \(")]
    private static partial Regex PeerOutsideWorld();

    [GeneratedRegex(@"\bunsafe (class|struct|static|partial|void|delegate|\{)|\bLibraryImport\b|\bDllImport\b")]
    private static partial Regex Native();
}

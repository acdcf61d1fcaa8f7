using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace AvatarGrains.Architecture.Tests;

/// <summary>Holds that a build takes the same packages everywhere: exact versions, each of them used, all of them locked.</summary>
public sealed partial class PackageTests
{
    private static readonly string[] Folders = ["src", "tests", "benchmarks"];

    private static readonly string[] Severities = ["NoWarn", "WarningsNotAsErrors", "TreatWarningsAsErrors", "MSBuildTreatWarningsAsErrors"];

    [Fact]
    public void Pins_are_exact_versions()
    {
        Assert.Empty(Pins().Where(pin => !ExactVersion().IsMatch(pin.Value)).Select(pin => $"{pin.Key} {pin.Value}"));
        Assert.Empty(BuildFiles().SelectMany(file => References(file)
            .Where(reference => (reference.Attribute("Version") ?? reference.Attribute("VersionOverride")) is not null)
            .Select(reference => $"{Repository.Relative(file)}: {reference.Attribute("Include")?.Value} has a version of its own")));
    }

    [Fact]
    public void Pins_are_used()
    {
        var used = BuildFiles().SelectMany(References).Select(reference => reference.Attribute("Include")?.Value ?? string.Empty)
            .Concat(Projects().SelectMany(TransitivePackages));
        Assert.Empty(Pins().Keys.Except(used, StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public void Every_project_has_a_lock_file()
    {
        Assert.Empty(Projects().Where(project => !File.Exists(LockFile(project))).Select(Repository.Relative));
    }

    [Fact]
    public void An_approximate_version_is_an_error_everywhere()
    {
        // Warnings are errors in the root's properties; a project that said otherwise would take whatever a feed has today.
        Assert.Empty(BuildFiles().SelectMany(file => XDocument.Load(file).Descendants()
            .Where(property => Severities.Contains(property.Name.LocalName))
            .Where(property => ApproximateVersion().IsMatch(property.Value) || property.Value.Trim() == "false")
            .Select(property => $"{Repository.Relative(file)}: {property.Name.LocalName} {property.Value}")));
        Assert.Empty(BuildFiles().SelectMany(file => References(file)
            .Where(reference => ApproximateVersion().IsMatch(reference.Attribute("NoWarn")?.Value ?? string.Empty))
            .Select(reference => $"{Repository.Relative(file)}: {reference.Attribute("Include")?.Value}")));
    }

    private static Dictionary<string, string> Pins() =>
        XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props")).Descendants("PackageVersion")
            .ToDictionary(pin => pin.Attribute("Include")!.Value, pin => pin.Attribute("Version")!.Value, StringComparer.OrdinalIgnoreCase);

    private static IEnumerable<string> Projects() => Folders.SelectMany(folder =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.csproj", SearchOption.AllDirectories));

    private static IEnumerable<string> BuildFiles() =>
        Projects().Concat(Directory.EnumerateFiles(Repository.Root, "Directory.*").Where(file => Path.GetExtension(file) is ".props" or ".targets"));

    private static IEnumerable<XElement> References(string file) =>
        XDocument.Load(file).Descendants().Where(element => element.Name.LocalName is "PackageReference" or "GlobalPackageReference");

    private static string LockFile(string project) => Path.Combine(Path.GetDirectoryName(project)!, "packages.lock.json");

    private static string[] TransitivePackages(string project)
    {
        using var locked = JsonDocument.Parse(File.ReadAllBytes(LockFile(project)));
        return [.. locked.RootElement.GetProperty("dependencies").EnumerateObject()
            .SelectMany(framework => framework.Value.EnumerateObject())
            .Where(package => package.Value.GetProperty("type").GetString() is "Transitive" or "CentralTransitive")
            .Select(package => package.Name)];
    }

    [GeneratedRegex(@"^[0-9]+(\.[0-9]+){1,3}(-[0-9A-Za-z.-]+)?$")]
    private static partial Regex ExactVersion();

    [GeneratedRegex("NU1603|NU1601|NU1608")]
    private static partial Regex ApproximateVersion();
}

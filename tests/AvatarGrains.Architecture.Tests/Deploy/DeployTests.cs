using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AvatarGrains.Architecture.Tests.Deploy;

/// <summary>Holds what is deployed to the code: names that nothing reads, and packages that nothing installs, show nowhere else.</summary>
public sealed partial class DeployTests
{
    [Fact]
    public void Every_yaml_and_json_file_parses()
    {
        Assert.NotEmpty(DeployFiles.Yaml);
        Assert.All(DeployFiles.Yaml, file => Assert.NotEmpty(DeployFiles.Read(Path.GetRelativePath(DeployFiles.Folder, file))));
        var json = DeployFiles.All.Where(file => file.EndsWith(".json", StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(json);
        Assert.All(json, file => JsonDocument.Parse(File.ReadAllText(file)).Dispose());
    }

    [Fact]
    public void Every_setting_named_exists()
    {
        var options = new OptionNames();
        var wrong = DeployFiles.All.Append(Path.Combine(Repository.Root, "docs", "operations.md"))
            .SelectMany(file => Setting().Matches(File.ReadAllText(file)).Select(match => (File: Repository.Relative(file), match.Value)))
            .Where(named => !options.Knows(named.Value))
            .Select(named => $"{named.File}: {named.Value}")
            .Distinct();
        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("AVATAR_PORT", true)]
    [InlineData("AVATAR_ENGINES__LLM__0__APIKEY", true)]
    [InlineData("AVATAR_PERSO__ICESERVERS__0__URLS__1", true)]
    [InlineData("AVATAR_PERSO__KEYS__ACME", true)]
    [InlineData("AVATAR_PROT", false)]
    [InlineData("AVATAR_ENGINES", false)]
    [InlineData("AVATAR_ENGINES__LLM__APIKEY", false)]
    [InlineData("AVATAR_PORT__0", false)]
    public void Names_of_settings_are_told_from_others(string variable, bool known) => Assert.Equal(known, new OptionNames().Knows(variable));

    [Fact]
    public void Every_metric_named_is_written_by_the_server()
    {
        var written = Repository.SourceFiles("src/AvatarGrains.Server")
            .SelectMany(file => WrittenMetric().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value))
            .ToHashSet();
        Assert.NotEmpty(written);
        var derived = DerivedMetric().Matches(DeployFiles.Text("helm/prometheus-adapter-values.yaml")).Select(match => match.Groups[1].Value);
        var wrong = DeployFiles.All.Append(Path.Combine(Repository.Root, "docs", "operations.md"))
            .SelectMany(file => Metric().Matches(File.ReadAllText(file)).Select(match => (File: Repository.Relative(file), match.Value)))
            .Where(named => !written.Contains(named.Value) && !derived.Contains(named.Value))
            .Select(named => $"{named.File}: {named.Value}")
            .Distinct();
        Assert.Empty(wrong);
    }

    [Fact]
    public void The_image_installs_what_the_entry_script_installs()
    {
        var script = File.ReadAllText(Path.Combine(Repository.Root, "avatar"));
        var needs = Needs().Match(script).Groups[1].Value
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[1..]).ToArray();
        Assert.NotEmpty(needs);
        var installed = Installed().Match(DeployFiles.Text("Dockerfile")).Groups[1].Value
            .Split([' ', '\\', '\n'], StringSplitOptions.RemoveEmptyEntries);
        string[] ofTheImage = ["ca-certificates", "curl", "libgcc-s1", "libstdc++6", "zlib1g"];
        Assert.Empty(needs.Where(candidates => candidates.Count(installed.Contains) != 1).Select(candidates => string.Join(" or ", candidates)));
        Assert.Empty(installed.Except(needs.SelectMany(candidates => candidates)).Except(ofTheImage));
    }

    [Fact]
    public void Compose_runs_two_of_each_role_and_opens_the_ports_that_edges_name()
    {
        var services = DeployFiles.Read("compose.yaml").Map("services");
        var silos = services.Where(one => one.Value is Dictionary<object, object> service
            && service.TryGetValue("environment", out var e) && e is Dictionary<object, object> map && map.ContainsKey("AVATAR_CLUSTER__ROLES"))
            .Select(one => (Name: (string)one.Key, Service: (Dictionary<object, object>)one.Value)).ToArray();
        var roles = silos.GroupBy(silo => (string)silo.Service.Map("environment")["AVATAR_CLUSTER__ROLES"])
            .ToDictionary(group => group.Key, group => group.Count());
        Assert.Equal([("edge", 2), ("session", 2), ("worker", 2)], roles.OrderBy(role => role.Key).Select(role => (role.Key, role.Value)));
        foreach (var (name, service) in silos)
        {
            var environment = service.Map("environment");
            Assert.Equal(name, environment["AVATAR_CLUSTER__NAME"]);
            var grace = int.Parse(((string)service["stop_grace_period"]).TrimEnd('s'), CultureInfo.InvariantCulture);
            Assert.True(TimeSpan.FromSeconds(grace) > TimeSpan.Parse((string)environment["AVATAR_DRAINTIME"], CultureInfo.InvariantCulture));
            if ((string)environment["AVATAR_CLUSTER__ROLES"] == "edge")
            {
                Assert.Equal([$"{environment["AVATAR_MEDIAPORT"]}:{environment["AVATAR_MEDIAPORT"]}/udp"], service.List("ports"));
                Assert.Contains($"{name}:8000", (string)services.Map("proxy").Map("environment")["EDGES"]);
            }
        }
    }

    [Fact]
    public void Every_value_the_chart_uses_is_in_its_values()
    {
        var values = DeployFiles.Read("helm/avatargrains/values.yaml");
        var wrong = DeployFiles.Templates
            .SelectMany(
                file => Value().Matches(File.ReadAllText(file)).Select(match => (File: Repository.Relative(file), Path: match.Groups[1].Value)))
            .Where(used => !Has(values, used.Path.Split('.')))
            .Select(used => $"{used.File}: {used.Path}")
            .Distinct();
        Assert.Empty(wrong);
    }

    [Fact]
    public void The_unit_waits_longer_than_the_drain()
    {
        var unit = DeployFiles.Text("systemd/avatargrains.service");
        var drain = TimeSpan.Parse(Regex.Match(unit, @"AVATAR_DRAINTIME=(\S+)").Groups[1].Value, CultureInfo.InvariantCulture);
        var stop = TimeSpan.FromSeconds(int.Parse(Regex.Match(unit, @"TimeoutStopSec=(\d+)").Groups[1].Value, CultureInfo.InvariantCulture));
        Assert.True(stop > drain, $"TimeoutStopSec is {stop}, the drain {drain}");
    }

    private static bool Has(Dictionary<object, object> map, string[] path) =>
        map.TryGetValue(path[0], out var value) && (path.Length == 1 || (value is Dictionary<object, object> inner && Has(inner, path[1..])));

    [GeneratedRegex(@"\bAVATAR_[A-Z0-9]+(?:_{2}[A-Za-z0-9]+)*")]
    private static partial Regex Setting();

    [GeneratedRegex("\"(avatar_[a-z_]+)\"")]
    private static partial Regex WrittenMetric();

    [GeneratedRegex(@"\bas: (avatar_[a-z_]+)")]
    private static partial Regex DerivedMetric();

    [GeneratedRegex(@"\bavatar_[a-z_]+")]
    private static partial Regex Metric();

    [GeneratedRegex(@"runtime_needs='\n(.*?)\n'", RegexOptions.Singleline)]
    private static partial Regex Needs();

    [GeneratedRegex(@"--no-install-recommends \\\n(.*?)&&", RegexOptions.Singleline)]
    private static partial Regex Installed();

    [GeneratedRegex(@"\.Values\.([A-Za-z0-9.]*[A-Za-z0-9])")]
    private static partial Regex Value();
}

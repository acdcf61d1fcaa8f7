using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace AvatarGrains.Architecture.Tests.Deploy;

/// <summary>The files under <c>deploy/</c>.</summary>
internal static class DeployFiles
{
    public static string Folder { get; } = Path.Combine(Repository.Root, "deploy");

    public static string[] All { get; } = [.. Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories)];

    public static IEnumerable<string> Templates => All.Where(IsTemplate);

    /// <summary>YAML that needs no rendering.</summary>
    public static IEnumerable<string> Yaml => All.Where(file => !IsTemplate(file) && (Path.GetExtension(file) is ".yaml" or ".yml"));

    public static string Text(string name) => File.ReadAllText(Path.Combine(Folder, name));

    /// <summary>Reads YAML with its merges (<c>&lt;&lt;</c>) done.</summary>
    public static Dictionary<object, object> Read(string file)
    {
        using var reader = new StreamReader(Path.Combine(Folder, file));
        return new DeserializerBuilder().WithDuplicateKeyChecking()
            .Build()
            .Deserialize<Dictionary<object, object>>(new MergingParser(new Parser(reader)));
    }

    public static Dictionary<object, object> Map(this Dictionary<object, object> map, string key) => (Dictionary<object, object>)map[key];

    public static string[] List(this Dictionary<object, object> map, string key) => [.. ((List<object>)map[key]).Cast<string>()];

    private static bool IsTemplate(string file) =>
        file.Contains(Path.DirectorySeparatorChar + "templates" + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}

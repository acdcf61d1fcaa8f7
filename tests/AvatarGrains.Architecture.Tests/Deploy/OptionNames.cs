using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AvatarGrains.Architecture.Tests.Deploy;

/// <summary>The server's settings as its option records declare them, by the names environment variables give them.</summary>
internal sealed class OptionNames
{
    private const string Prefix = "AVATAR_";

    private readonly Dictionary<string, Dictionary<string, string>> _records = [];

    public OptionNames()
    {
        foreach (var file in Repository.SourceFiles("src")
            .Where(file => file.Contains("AvatarGrains.Server", StringComparison.Ordinal) || HoldsOptions(file)))
        {
            var root = CSharpSyntaxTree.ParseText(File.ReadAllText(file), new CSharpParseOptions(LanguageVersion.Preview)).GetRoot();
            foreach (var record in root.DescendantNodes().OfType<RecordDeclarationSyntax>())
            {
                var properties = record.Members.OfType<PropertyDeclarationSyntax>().Select(p => (p.Identifier.Text, Type: p.Type.ToString()))
                    .Concat(record.ParameterList?.Parameters.Select(p => (p.Identifier.Text, Type: p.Type!.ToString())) ?? []);
                _records[record.Identifier.Text] = properties.ToDictionary(p => p.Text.ToUpperInvariant(), p => p.Type.TrimEnd('?'));
            }
        }
    }

    /// <summary>Whether the server reads this environment variable.</summary>
    public bool Knows(string variable)
    {
        var type = "ServerOptions";
        foreach (var part in variable[Prefix.Length..].Split("__"))
        {
            if (Argument(type, "IReadOnlyList<") is { } item)
            {
                type = int.TryParse(part, out _) ? item : "";
            }
            else if (Argument(type, "IReadOnlyDictionary<") is { } pair)
            {
                type = pair.Split(',', 2)[1].Trim();
            }
            else if (_records.TryGetValue(type, out var properties) && properties.TryGetValue(part, out var found))
            {
                type = found;
            }
            else
            {
                return false;
            }
        }

        return type.Length > 0 && !_records.ContainsKey(type) && Argument(type, "IReadOnly") is null;
    }

    private static bool HoldsOptions(string file) =>
        Path.GetFileNameWithoutExtension(file) is var name
            && (name.EndsWith("Options", StringComparison.Ordinal) || name.StartsWith("Perso", StringComparison.Ordinal));

    private static string? Argument(string type, string generic) =>
        type.StartsWith(generic, StringComparison.Ordinal) ? type[generic.Length..^1] : null;
}

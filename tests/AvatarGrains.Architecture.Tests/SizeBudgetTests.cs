using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AvatarGrains.Architecture.Tests;

/// <summary>Holds the size budgets. Files that are tables, by name, are exempt from the file and type caps.</summary>
public sealed partial class SizeBudgetTests
{
    private const int FileCap = 800;
    private const int FileNinetieth = 250;
    private const int TypeCap = 700;
    private const int MethodCap = 100;
    private const int MethodNinetieth = 35;
    private const int ParameterCap = 7;
    private const int LineCap = 150;

    private static readonly string[] Folders = ["src", "tests", "benchmarks"];

    private static readonly string[] Kinds = [".cs", ".js", ".css", ".html", ".sh", ".md", ".yaml", ".yml", ".py"];

    private static readonly string[] Written = [.. Folders, "docs", "deploy", "models", ".ci"];

    /// <summary>Where long lines are texts that cannot be broken: SQL, messages as they are sent, templates, patterns.</summary>
    private static readonly string[] Unbreakable =
    [
        "deploy/",
        "docs/cluster-streams.md",
        "docs/operations.md",
        "src/AvatarGrains.Api/Dialects/Perso/PersoStreamPage.cs",
        "src/AvatarGrains.Storage/Postgres/",
        "src/AvatarGrains.Storage/Sqlite/SqliteSchema.cs",
        "tests/AvatarGrains.Api.Tests/Perso/",
        "tests/AvatarGrains.Architecture.Tests/ArrowTests.cs",
    ];

    [Fact]
    public void Files_stay_within_their_budget()
    {
        var lengths = AllFiles().ToDictionary(Repository.Relative, file => File.ReadLines(file).Count());
        Assert.Empty(lengths.Where(file => file.Value > FileCap && !IsTable(file.Key)).Select(file => $"{file.Key}: {file.Value} lines"));
        AssertNinetieth(
            lengths.Where(file => file.Key.StartsWith("src", StringComparison.Ordinal)).Select(file => file.Value), FileNinetieth, "file lines");
    }

    [Fact]
    public void Types_methods_and_constructors_stay_within_their_budgets()
    {
        var wrong = new List<string>();
        var methods = new List<int>();
        foreach (var file in AllFiles())
        {
            var name = Repository.Relative(file);
            var root = CSharpSyntaxTree.ParseText(File.ReadAllText(file), new CSharpParseOptions(LanguageVersion.Preview)).GetRoot();
            foreach (var type in root.DescendantNodes().OfType<TypeDeclarationSyntax>())
            {
                if (Lines(type) > TypeCap && !IsTable(name))
                {
                    wrong.Add($"{name}: type {type.Identifier} has {Lines(type)} lines");
                }

                // Records carry data: their positional parameters are fields, not collaborators.
                if (type is ClassDeclarationSyntax { ParameterList: { Parameters.Count: > ParameterCap } list })
                {
                    wrong.Add($"{name}: constructor of {type.Identifier} takes {list.Parameters.Count} parameters");
                }
            }

            foreach (var method in root.DescendantNodes().OfType<BaseMethodDeclarationSyntax>())
            {
                if (name.StartsWith("src", StringComparison.Ordinal) && Lines(method) > 1)
                {
                    methods.Add(Lines(method));
                }

                if (Lines(method) > MethodCap)
                {
                    wrong.Add($"{name}: a method at line {Line(method)} has {Lines(method)} lines");
                }

                if (method is ConstructorDeclarationSyntax { ParameterList.Parameters.Count: > ParameterCap } constructor)
                {
                    wrong.Add($"{name}: constructor of {constructor.Identifier} takes {constructor.ParameterList.Parameters.Count} parameters");
                }
            }
        }

        Assert.Empty(wrong);
        AssertNinetieth(methods, MethodNinetieth, "method lines");
    }

    [Fact]
    public void Scripts_and_styles_stay_within_the_file_cap()
    {
        var pages = Path.Combine(Repository.Root, "src", "AvatarGrains.Server", "wwwroot");
        Assert.SkipUnless(Directory.Exists(pages), "no page folder in this checkout");
        Assert.Empty(Directory.EnumerateFiles(pages, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is ".js" or ".css" or ".html")
            .Where(file => File.ReadLines(file).Count() > FileCap)
            .Select(Repository.Relative));
    }

    [Fact]
    public void Lines_stay_within_their_cap()
    {
        var files = Directory.EnumerateFiles(Repository.Root)
            .Concat(Written.Where(folder => Directory.Exists(Path.Combine(Repository.Root, folder))).SelectMany(Repository.Files))
            .Where(file => Kinds.Contains(Path.GetExtension(file)) || Path.GetFileName(file) == "avatar")
            .Where(file => !Unbreakable.Any(start => Repository.Relative(file).StartsWith(start, StringComparison.Ordinal)))
            .Select(file => (Name: Repository.Relative(file), Lines: File.ReadAllLines(file)));
        Assert.Empty(files.SelectMany(file => file.Lines
            .Select((line, index) => (Line: line, Number: index + 1))
            .Where(one => one.Line.Length > LineCap && !IsUnbreakable(file.Name, one.Line))
            .Select(one => $"{file.Name}:{one.Number} has {one.Line.Length} characters")));
    }

    private static IEnumerable<string> AllFiles() =>
        Folders.Where(folder => Directory.Exists(Path.Combine(Repository.Root, folder))).SelectMany(Repository.SourceFiles);

    /// <summary>Rows of Markdown tables and web addresses cannot be broken.</summary>
    private static bool IsUnbreakable(string file, string line) =>
        file.EndsWith(".md", StringComparison.Ordinal) && (line.StartsWith('|') || WebAddress().Replace(line, "").Length <= LineCap);

    private static bool IsTable(string file) => Path.GetFileNameWithoutExtension(file).EndsWith("Table", StringComparison.Ordinal);

    private static int Lines(SyntaxNode node)
    {
        var span = node.GetLocation().GetLineSpan();
        return span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
    }

    private static int Line(SyntaxNode node) => node.GetLocation().GetLineSpan().StartLinePosition.Line + 1;

    private static void AssertNinetieth(IEnumerable<int> values, int budget, string what)
    {
        var sorted = values.Order().ToArray();
        if (sorted.Length > 0)
        {
            var ninetieth = sorted[(int)(sorted.Length * 0.9)];
            Assert.True(ninetieth <= budget, $"90th percentile of {what} is {ninetieth}, budget {budget}");
        }
    }

    [GeneratedRegex(@"https?://\S+")]
    private static partial Regex WebAddress();
}

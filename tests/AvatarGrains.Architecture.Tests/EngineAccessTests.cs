using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AvatarGrains.Architecture.Tests;

/// <summary>
/// Engines are reached through the workers' pool. The engines themselves are known to those who make them and to worker grains; whoever else asks for
/// an engine gets one that asks the workers, because nobody else can make, find or register one.
/// </summary>
public sealed class EngineAccessTests
{
    private const string Workers = "src/AvatarGrains.Grains/Workers/";
    private const string Engines = "src/AvatarGrains.Engines/";
    private const string Speech = "src/AvatarGrains.Core/Speech/";
    private const string Composition = "src/AvatarGrains.Server/Composition/";
    private const string Configuration = "src/AvatarGrains.Server/Configuration/";
    private const string Doctor = "src/AvatarGrains.Server/Commands/DoctorCommand.cs";

    private static readonly string[] Ports =
        ["IEngineCatalog", "ISegmentSource", "ISpeechSynthesizer", "ISpeechRecognizer", "IRecognition", "IChatClient", "DelegatingChatClient"];

    private static readonly Rule[] Rules =
    [
        new("uses the engines of a worker", [Workers, Composition], node => Names(node, "WorkerEngines")),
        new("uses the server's engines", [Composition, Doctor], node => Names(node, "EngineComposition")),
        new("makes speech by itself", [Speech, Composition], node => Names(node, "SegmentSource")),
        new(
            "names an engine",
            [Engines, Composition, Configuration, Doctor],
            node => node is UsingDirectiveSyntax { Name: { } name } && $"{name}.".StartsWith("AvatarGrains.Engines.", StringComparison.Ordinal)),
        new("is an engine", [Engines, Workers, Speech], node => node is BaseTypeSyntax { Type: var type } && Ports.Contains(Last(type))),
        new(
            "registers an engine",
            [Workers],
            node => node is GenericNameSyntax { Identifier.Text: var method, TypeArgumentList.Arguments: [var service, ..] }
                && (method.StartsWith("Add", StringComparison.Ordinal) || method.StartsWith("TryAdd", StringComparison.Ordinal))
                && Ports.Contains(Last(service))),
    ];

    [Fact]
    public void Engines_are_reached_through_workers_alone()
    {
        var wrong = Repository.SourceFiles("src")
            .Select(file => (Name: Repository.Relative(file).Replace('\\', '/'), Text: File.ReadAllText(file)))
            .SelectMany(file => Broken(file.Name, file.Text));
        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("src/AvatarGrains.Api/Chat.cs", "class C(WorkerEngines engines) { }", "uses the engines of a worker")]
    [InlineData("src/AvatarGrains.Server/Start.cs", "class C { object O(S s) => s.Get<EngineComposition>(); }", "uses the server's engines")]
    [InlineData("src/AvatarGrains.Edge/Speaker.cs", "class C { object O = new SegmentSource(null, null); }", "makes speech by itself")]
    [InlineData("src/AvatarGrains.Server/Commands/RunCommand.cs", "using AvatarGrains.Engines.Llm;", "names an engine")]
    [InlineData("src/AvatarGrains.Api/Model.cs", "class C : Microsoft.Extensions.AI.IChatClient { }", "is an engine")]
    [InlineData("src/AvatarGrains.Server/Composition/Parts.cs", "class C { void M(S s) => s.Add<IEngineCatalog>(null); }", "registers an engine")]
    public void Who_reaches_past_them_is_found(string file, string text, string rule)
    {
        Assert.Equal($"{file} {rule}", Assert.Single(Broken(file, text)));
        Assert.Empty(Broken(file, "class C(IEngineCatalog engines, ISegmentSource segments) { object O = engines.FindModel(null).Client; }"));
    }

    private static IEnumerable<string> Broken(string file, string text)
    {
        var nodes = CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.Preview)).GetRoot().DescendantNodes().ToList();
        return Rules
            .Where(rule => !rule.Allowed.Any(place => file.StartsWith(place, StringComparison.Ordinal)) && nodes.Exists(rule.Breaks))
            .Select(rule => $"{file} {rule.What}");
    }

    private static bool Names(SyntaxNode node, string type) => node is IdentifierNameSyntax { Identifier.Text: var name } && name == type;

    /// <summary>A type's name without what is before and after it.</summary>
    private static string Last(TypeSyntax type) => type switch
    {
        QualifiedNameSyntax qualified => qualified.Right.Identifier.Text,
        SimpleNameSyntax simple => simple.Identifier.Text,
        _ => type.ToString(),
    };

    /// <param name="What">What a file does that breaks it.</param>
    /// <param name="Allowed">Folders and files that may.</param>
    /// <param name="Breaks">Whether a part of a file does it.</param>
    private sealed record Rule(string What, string[] Allowed, Predicate<SyntaxNode> Breaks);
}

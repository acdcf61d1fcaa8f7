using AvatarGrains.Engines.Catalog;
using AvatarGrains.Engines.Knowledge;

namespace AvatarGrains.Engines.Tests.Catalog;

public sealed class EngineCatalogTests
{
    private static readonly EndpointOptions Ollama = new() { Name = "gpt-4o", BaseUrl = "http://localhost:11434/v1", Model = "llama", ApiKey = "secret" };

    [Fact]
    public void Embedded_engines_answer_to_usual_names_and_nothing_else()
    {
        using var catalog = Create(Options());
        Assert.Equal("guide", catalog.FindModel(null)!.Name);
        Assert.Equal("guide", catalog.FindModel("gpt-35")!.Name);
        Assert.Equal("pocketsphinx", catalog.FindRecognizer("default")!.Name);
        Assert.Null(catalog.FindModel("no-such-model"));
        Assert.Null(catalog.FindVoice("yuri"));
    }

    [Fact]
    public void Configured_engine_comes_first_and_takes_its_own_name()
    {
        using var catalog = Create(Options() with { Llm = [Ollama], Aliases = new Dictionary<string, string> { ["local"] = "guide" } });
        Assert.Equal("gpt-4o", catalog.FindModel(null)!.Name);
        Assert.Equal("gpt-4o", catalog.FindModel("GPT-4o")!.Name);
        Assert.Equal("gpt-4o", catalog.FindModel("gpt-35")!.Name);
        Assert.Equal("guide", catalog.FindModel("local")!.Name);
        Assert.DoesNotContain("secret", catalog.LanguageModels[0].ToString());
    }

    [Fact]
    public void Default_can_be_chosen()
    {
        using var catalog = Create(Options() with { Llm = [Ollama], DefaultModel = "guide" });
        Assert.Equal(["guide", "gpt-4o"], catalog.LanguageModels.Select(m => m.Name));
    }

    [Fact]
    public void All_mistakes_are_told_at_once_without_the_key()
    {
        var bad = Options() with { Llm = [Ollama with { BaseUrl = "ftp://x", Model = "" }, Ollama], DefaultModel = "x", MaxDecoders = 0 };
        Assert.Equal(5, bad.Validate().Count);
        var error = Assert.Throws<ArgumentException>(() => Create(bad));
        Assert.DoesNotContain("secret", error.Message);
        Assert.Contains("ftp://x", error.Message);
    }

    private static EnginesOptions Options() => new() { CacheFolder = Path.GetTempPath() };

    private static EngineCatalog Create(EnginesOptions options) =>
        EngineCatalog.Create(options, BuiltInKnowledge.Load(), [], new HttpClient(), TimeProvider.System);
}

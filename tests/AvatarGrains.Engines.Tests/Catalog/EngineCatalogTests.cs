using AvatarGrains.Core.Engines;
using AvatarGrains.Engines.Catalog;
using AvatarGrains.Engines.Knowledge;
using AvatarGrains.Engines.Tts;

namespace AvatarGrains.Engines.Tests.Catalog;

public sealed class EngineCatalogTests
{
    private static readonly EndpointOptions Ollama =
        new() { Name = "gpt-4o", BaseUrl = "http://localhost:11434/v1", Model = "llama", ApiKey = "secret" };

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

    [Fact]
    public void Voices_behind_an_endpoint_have_its_name_before_theirs_and_may_be_every_avatars()
    {
        var cloud = new SpeechEndpointOptions { Name = "cloud", BaseUrl = "http://localhost:8880/v1", Model = "kokoro", Voices =
        [
            "bella", "adam",
        ], ApiKey = "secret" };
        using var http = new HttpClient();
        using var catalog = EngineCatalog.Create(
            Options() with { Tts = [cloud], DefaultVoice = "cloud:adam" }, BuiltInKnowledge.Load(),
            [new OpenAiSpeechSynthesizer(http, cloud, null, TimeProvider.System)], http,
            TimeProvider.System);
        Assert.Equal(["cloud:adam", "cloud:bella"], catalog.Voices.Select(v => v.Name));
        Assert.Equal("cloud:adam", catalog.PreferredVoice);
        Assert.Equal("cloud:bella", catalog.FindVoice("CLOUD:bella")!.Value.Voice.Name);
        Assert.Equal(VoiceInfo.AnyLanguage, catalog.FindVoice("cloud")!.Value.Voice.Language);
        Assert.DoesNotContain("secret", cloud.ToString());
    }

    [Fact]
    public void Mistakes_of_a_voice_endpoint_are_told()
    {
        var bad = new SpeechEndpointOptions { Name = "flite", BaseUrl = "cloud", Model = "m", Voices = [""], SampleRate = 1 };
        Assert.Equal(4, (Options() with { Tts = [bad] }).Validate().Count);
    }

    private static EnginesOptions Options() => new() { CacheFolder = Path.GetTempPath() };

    private static EngineCatalog Create(EnginesOptions options) =>
        EngineCatalog.Create(options, BuiltInKnowledge.Load(), [], new HttpClient(), TimeProvider.System);
}

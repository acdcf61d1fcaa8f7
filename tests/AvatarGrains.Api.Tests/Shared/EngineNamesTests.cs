using AvatarGrains.Api.Shared;
using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;

namespace AvatarGrains.Api.Tests.Shared;

/// <summary>What this server has, by the names it goes by.</summary>
public sealed class EngineNamesTests : IEngineCatalog, IPoseLibrary
{
    public IReadOnlyList<LanguageModel> LanguageModels => [];

    public IReadOnlyList<VoiceInfo> Voices { get; } =
        [new("anna", "Anna", "en-US", "female", "e"), new("bert", "Bert", "de-AT", "male", "e"), new("chloe", "Chloe", "de-DE", "female", "e")];

    public IReadOnlyList<ISpeechRecognizer> Recognizers => [];

    public IReadOnlyList<AvatarInfo> Avatars { get; } = [new("ada", "Ada", "", 100, "anna"), new("ben", "Ben", "", 100, "bert")];

    private EngineNames Names => new(this, this);

    [Theory]
    [InlineData(null, "ada")]
    [InlineData("default", "ada")]
    [InlineData("BEN", "ben")]
    [InlineData("nobody", null)]
    public void Avatar_is_found(string? name, string? found) => Assert.Equal(found, Names.Avatar(name)?.Name);

    [Theory]
    [InlineData(null, "bert")]
    [InlineData("", "bert")]
    [InlineData("Default", "bert")]
    [InlineData("anna", "anna")]
    [InlineData("nobody", null)]
    public void Voice_is_found_and_the_avatars_own_where_none_is_named(string? name, string? found) =>
        Assert.Equal(found, Names.Voice(name, Avatars[1])?.Name);

    [Theory]
    [InlineData("de-DE", "chloe")]
    [InlineData("de", "bert")]
    [InlineData("DE-ch", "bert")]
    [InlineData("ko", null)]
    public void Voice_of_a_language_is_of_its_region_if_there_is_one(string language, string? found) =>
        Assert.Equal(found, Names.VoiceOfLanguage(language)?.Name);

    [Fact]
    public void Gender_finds_a_voice_and_an_avatar()
    {
        Assert.Equal(("bert", "ben"), (Names.VoiceOfGender("male")?.Name, Names.AvatarOfGender("male")?.Name));
        Assert.Null(Names.VoiceOfGender("robot"));
        Assert.Null(Names.AvatarOfGender("robot"));
    }

    public LanguageModel? FindModel(string? name) => null;

    public (ISpeechSynthesizer Engine, VoiceInfo Voice)? FindVoice(string? name) =>
        Voices.FirstOrDefault(voice => voice.Name == name) is { } voice ? (null!, voice) : null;

    public ISpeechRecognizer? FindRecognizer(string? name) => null;

    public ValueTask<IPoseSet> OpenAsync(AvatarView view, CancellationToken cancellationToken) => throw new KeyNotFoundException();
}

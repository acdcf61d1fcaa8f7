using AvatarGrains.Core.Avatars;

namespace AvatarGrains.Core.Tests.Avatars;

public sealed class PhonemeMapTests
{
    [Theory]
    [InlineData("p", true, Viseme.PP)]
    [InlineData("pʰ", true, Viseme.PP)]
    [InlineData("ˈɑː", true, Viseme.AA)]
    [InlineData("tʃ", true, Viseme.CH)]
    [InlineData("t͡s", true, Viseme.SS)]
    [InlineData("dʑ", true, Viseme.CH)]
    [InlineData("ɹ", true, Viseme.RR)]
    [InlineData("yː", true, Viseme.OU)]
    [InlineData("øː", true, Viseme.OH)]
    [InlineData("ä", true, Viseme.AA)]
    [InlineData("o̞", true, Viseme.OH)]
    [InlineData("n̩", true, Viseme.NN)]
    [InlineData("ʁ", true, Viseme.KK)]
    [InlineData("AA1", false, Viseme.AA)]
    [InlineData("pau", false, Viseme.Sil)]
    [InlineData("jh", false, Viseme.CH)]
    public void Phoneme_has_its_viseme(string symbol, bool ipa, Viseme expected)
    {
        var target = PhonemeMap.Find(symbol, ipa);
        Assert.Equal(expected, target.Start);
        Assert.False(target.Transparent);
    }

    [Theory]
    [InlineData("oʊ", true, Viseme.OH, Viseme.OU)]
    [InlineData("aɪ", true, Viseme.AA, Viseme.IH)]
    [InlineData("ay", false, Viseme.AA, Viseme.IH)]
    [InlineData("aw", false, Viseme.AA, Viseme.OU)]
    public void Diphthong_has_two_targets(string symbol, bool ipa, Viseme start, Viseme end)
    {
        var target = PhonemeMap.Find(symbol, ipa);
        Assert.True(target.IsDiphthong);
        Assert.Equal((start, end), (target.Start, target.End));
    }

    [Theory]
    [InlineData("h", true)]
    [InlineData("ʔ", true)]
    [InlineData("hh", false)]
    [InlineData("\u0001?", true)]
    [InlineData("", false)]
    [InlineData("nonsense-symbol", false)]
    public void Sounds_behind_the_lips_and_unknown_ones_are_transparent(string symbol, bool ipa) =>
        Assert.True(PhonemeMap.Find(symbol, ipa).Transparent);
}

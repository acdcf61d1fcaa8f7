using AvatarGrains.Engines.Knowledge;

namespace AvatarGrains.Engines.Tests.Knowledge;

public sealed class SpokenTextTests
{
    [Theory]
    [InlineData("AvatarGrains", "avatar grains")]
    [InlineData("Can't you?", "can't you")]
    [InlineData("$15 a day", "fifteen dollars a day")]
    [InlineData("€2.50", "two euros fifty")]
    [InlineData("in 1924", "in nineteen twenty four")]
    [InlineData("2005 and 1900", "two thousand five and nineteen hundred")]
    [InlineData("1,250,000 people", "one million two hundred fifty thousand people")]
    [InlineData("call 0142", "call zero one four two")]
    [InlineData("3.14 at 10:30", "three point one four at ten thirty")]
    [InlineData("80% of Wi-Fi", "eighty percent of wi fi")]
    [InlineData("", "")]
    public void Writing_becomes_words(string text, string words) => Assert.Equal(words, SpokenText.Join(text));

    [Theory]
    [InlineData("costs", "cost")]
    [InlineData("browsers", "browser")]
    [InlineData("changing", "change")]
    [InlineData("supported", "supports")]
    [InlineData("languages", "language")]
    [InlineData("connection", "connect")]
    [InlineData("installed", "installation")]
    public void Endings_of_one_word_meet(string one, string other) => Assert.Equal(Stemmer.Stem(one), Stemmer.Stem(other));
}

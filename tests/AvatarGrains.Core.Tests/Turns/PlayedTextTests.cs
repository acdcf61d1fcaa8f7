using AvatarGrains.Core.Turns;

namespace AvatarGrains.Core.Tests.Turns;

public sealed class PlayedTextTests
{
    [Theory]
    [InlineData("Hello there my friend.", 0, 2200, "")]
    [InlineData("Hello there my friend.", 400, 2200, "")]
    [InlineData("Hello there my friend.", 500, 2200, "Hello")]
    [InlineData("Hello there my friend.", 1300, 2200, "Hello there")]
    [InlineData("Hello there my friend.", 2199, 2200, "Hello there my")]
    [InlineData("Hello there my friend.", 2200, 2200, "Hello there my friend.")]
    [InlineData("你好世界朋友", 300, 600, "你好世")]
    [InlineData("", 500, 600, "")]
    public void Cut_ends_with_the_last_whole_word(string text, int played, int total, string expected) =>
        Assert.Equal(expected, PlayedText.Cut(text, played, total, total));

    [Fact]
    public void Surrogate_pairs_are_not_torn()
    {
        for (var played = 0; played <= 600; played += 10)
        {
            var cut = PlayedText.Cut("😀😁😂", played, 600, 600);
            Assert.False(cut.Length > 0 && char.IsHighSurrogate(cut[^1]));
        }
    }

    [Fact]
    public void Unknown_length_is_guessed_from_the_characters()
    {
        var cut = PlayedText.Cut("one two three four five six", 900, null, 1000);
        Assert.StartsWith("one two", cut, StringComparison.Ordinal);
        Assert.True(cut.Length < 20, cut);
    }
}

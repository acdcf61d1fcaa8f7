using AvatarGrains.Engines.Tts;
using FsCheck;
using FsCheck.Fluent;

namespace AvatarGrains.Engines.Tests.Tts;

public sealed class SpeechTextTests
{
    [Theory]
    [InlineData("**Hi** 😀 `there`!", "Hi there !")]
    [InlineData("See https://www.example.org/a/b?c=d#e now.", "See example.org now.")]
    [InlineData("A [link](http://x.y/z) here", "A link here")]
    [InlineData("“It’s” – fine…", "It's , fine.")]
    [InlineData("日本語 한국어 العربية", "日本語 한국어 العربية")]
    public void Markup_and_pictures_are_not_spoken(string text, string expected) => Assert.Equal(expected, SpeechText.Clean(text));

    [Theory]
    [InlineData("It costs $3.50.", "It costs 3 dollars and 50 cents.")]
    [InlineData("It costs €1 or £2 million.", "It costs 1 euro or 2 million pounds.")]
    [InlineData("On 2026-11-20 at 14:05.", "On November 20, 2026 at 14 oh 5.")]
    [InlineData("1,234,567 people, 50%", "1234567 people, 50 percent")]
    [InlineData("The API's URL is new.", "The ay P I's U R L is new.")]
    [InlineData("Version 3.5.1 of Node.", "Version 3 point 5 point 1 of Node.")]
    [InlineData("Mail a.b@c.org, e.g. now", "Mail a dot b at c dot org, for example, now")]
    [InlineData("Café naïve & co", "Cafe naive and co")]
    [InlineData("It is -5°C", "It is minus 5 degrees Celsius")]
    [InlineData("STOP IT NOW", "STOP IT NOW")]
    public void English_is_written_out(string text, string expected) => Assert.Equal(expected, EnglishText.Normalize(text));

    [Fact]
    public void Any_text_becomes_clauses_of_ascii_and_bounded_length() =>
        Prop.ForAll<string>(text =>
        {
            var clauses = ClauseSplitter.Split(EnglishText.Normalize(SpeechText.Clean(text ?? "")));
            Assert.All(clauses, c => Assert.InRange(c.Length, 1, 161));
            Assert.All(clauses, c => Assert.All(c, ch => Assert.InRange(ch, ' ', '~')));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Clauses_keep_every_word_and_the_first_is_short()
    {
        const string clause = "The pipeline turns words into speech, and speech into moving lips;";
        var text = "Certainly, I will tell you about it. " + string.Join(' ', Enumerable.Repeat(clause, 12));
        var clauses = ClauseSplitter.Split(text);
        Assert.Equal(text, string.Join(' ', clauses));
        Assert.Equal("Certainly,", clauses[0]);
    }

    [Theory]
    [InlineData("ko-KR", "ko")]
    [InlineData("zh-CN", "cmn")]
    [InlineData("en", "en-us")]
    [InlineData("en-GB", "en-gb")]
    [InlineData("fr", "fr-fr")]
    [InlineData("vi-vn-x-south", "vi-vn-x-south")]
    public void Language_tag_finds_its_voice(string tag, string expected) => Assert.Equal(expected, EspeakLanguages.ToEspeak(tag));
}

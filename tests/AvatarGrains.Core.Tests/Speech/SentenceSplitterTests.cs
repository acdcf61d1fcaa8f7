using AvatarGrains.Core.Speech;
using FsCheck;
using FsCheck.Fluent;

namespace AvatarGrains.Core.Tests.Speech;

public sealed class SentenceSplitterTests
{
    private static readonly string[] Fragments =
    [
        "Hello", " ", " ", ".", ". ", "! ",
        "? ", ", ", "\n", "\n\n", "Dr. ", "e.g. ", "3.14", "word", "Word", "[face:joy]", "[", "]", "<think>", "</think>", "<face name=\"joy\"/>",
        "**", "*", "_", "`", "```", "# ", "- ", "日本語", "。", "、", "「", "」", "[link](http://x.y)", "|", "😀", "…", "\"", ")", "1. ", "<", ">", ":",
        "a b c d e f g h i j k l m n o p q r s t u v w x y z ",
    ];

    [Theory]
    [InlineData("Hi. I am Dr. Smith. How are you?", "Hi.|I am Dr. Smith.|How are you?")]
    [InlineData("It costs 3.50 dollars. Pay now!", "It costs 3.50 dollars.|Pay now!")]
    [InlineData("See e.g. the docs, i.e. here. Done.", "See e.g. the docs, i.e. here.|Done.")]
    [InlineData("He said \"Stop!\" Then he left.", "He said \"Stop!\"|Then he left.")]
    [InlineData("\"Stop!\" she said. Fine.", "\"Stop!\" she said.|Fine.")]
    [InlineData("Really?! Yes... maybe. Ok", "Really?!|Yes... maybe.|Ok")]
    [InlineData("こんにちは。元気ですか？はい！", "こんにちは。|元気ですか？|はい！")]
    [InlineData("彼は「行く。」と言った。", "彼は「行く。」|と言った。")]
    [InlineData("1. First thing\n2. Second thing", "1. First thing|2. Second thing")]
    [InlineData("# Title\n- one\n- two three\n* four", "Title|one|two three|four")]
    [InlineData("A wrapped\nline stays. New", "A wrapped line stays.|New")]
    [InlineData("**Bold** and *it* and `code` and snake_case and _em_.", "Bold and it and code and snake_case and em.")]
    [InlineData("See [the guide](https://example.org/a_b(c) now. Ok.", "See the guide now.|Ok.")]
    [InlineData("Fact[3] is known [sic] here.", "Fact is known [sic] here.")]
    [InlineData("<think>secret. stuff</think>Answer. Two.", "Answer.|Two.")]
    [InlineData("Before ```python\nprint(1)\n``` after.", "Before|after.")]
    [InlineData("5 < 6 and 7 > 3. Yes.", "5 < 6 and 7 > 3.|Yes.")]
    [InlineData(
        "Well, this is a longer beginning, and the rest follows here, too.", "Well, this is a longer beginning,|and the rest follows here, too.")]
    [InlineData("", "")]
    [InlineData(" ... — !", "")]
    public void Text_is_cut_where_a_reader_pauses(string text, string expected) =>
        Assert.Equal(expected, string.Join('|', SentenceSplitter.Split(text).Select(s => s.Text)));

    [Fact]
    public void Tags_leave_the_text_and_stay_with_their_sentence()
    {
        var segments = SentenceSplitter.Split("[face:joy]Hello there. [animation: wave_hand] <vision source=\"camera\"/>Look. [language:en-US]");
        Assert.Equal(["Hello there.", "Look.", ""], segments.Select(s => s.Text));
        Assert.Equal([new TextTag("face", "joy")], segments[0].Tags);
        Assert.Equal([new TextTag("animation", "wave_hand"), new TextTag("vision", "camera")], segments[1].Tags);
        Assert.Equal([new TextTag("language", "en-US")], segments[2].Tags);
        Assert.Equal("[face:joy]Hello there.", segments[0].Raw);
    }

    [Fact]
    public void Sentence_is_ready_as_soon_as_the_next_word_begins()
    {
        var splitter = new SentenceSplitter();
        Assert.Empty(splitter.Push("Hello there."));
        Assert.Equal("Hello there.", Assert.Single(splitter.Push(" N")).Text);
        Assert.Equal("N", Assert.Single(splitter.Finish()).Text);
    }

    [Fact]
    public void Long_sentence_is_cut_at_clauses_and_never_exceeds_the_limit()
    {
        var clause = "this is a clause of the very long sentence, ";
        var segments = SentenceSplitter.Split(
            string.Concat(Enumerable.Repeat(clause, 20)) + new string('x', 1000) + string.Concat(Enumerable.Repeat("長い文章", 300)));
        Assert.All(segments, s => Assert.InRange(s.Text.Length, 1, 260));
        Assert.All(segments.Skip(1).Take(3), s => Assert.EndsWith(",", s.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void Any_chunking_gives_the_same_segments()
    {
        var texts = Gen.ListOf(Gen.Elements(Fragments)).Select(string.Concat);
        var cases = texts.Zip(Gen.ListOf(Gen.Choose(1, 9))).ToArbitrary();
        Prop.ForAll(cases, c =>
        {
            var (text, sizes) = c;
            var splitter = new SentenceSplitter();
            var segments = new List<TextSegment>();
            var at = 0;
            for (var i = 0; at < text.Length; i++)
            {
                var size = Math.Min(sizes.Count == 0 ? 1 : sizes[i % sizes.Count], text.Length - at);
                segments.AddRange(splitter.Push(text.AsSpan(at, size)));
                at += size;
            }

            segments.AddRange(splitter.Finish());
            Assert.Equal(Describe(SentenceSplitter.Split(text)), Describe(segments));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Words_are_neither_lost_nor_made_up()
    {
        var words = Gen.ListOf(Gen.Elements("alpha", "beta.", "Gamma,", "delta!", "Mr.", "epsilon;", "Zeta?", "\n", "7.5"))
            .Select(w => string.Join(' ', w))
            .ToArbitrary();
        Prop.ForAll(words, text =>
        {
            var spoken = string.Join(' ', SentenceSplitter.Split(text).Select(s => s.Text));
            Assert.Equal(text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries), spoken.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Random_characters_never_throw_and_respect_the_limit() =>
        Prop.ForAll<string>(text => Assert.All(SentenceSplitter.Split(text ?? ""), s => Assert.InRange(s.Text.Length, 0, 261)))
            .QuickCheckThrowOnFailure();

    private static string[] Describe(IEnumerable<TextSegment> segments) =>
        [.. segments.Select(s => $"{s.Text}|{string.Join(',', s.Tags)}|{s.Raw}")];
}

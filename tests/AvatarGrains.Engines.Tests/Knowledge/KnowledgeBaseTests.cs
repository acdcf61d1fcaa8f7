using AvatarGrains.Engines.Knowledge;
using FsCheck;
using FsCheck.Fluent;

namespace AvatarGrains.Engines.Tests.Knowledge;

public sealed class KnowledgeBaseTests
{
    private static readonly KnowledgeBase Hotel = KnowledgeBase.FromText("The Lighthouse Hotel", TestFiles.Read("lighthouse-hotel.md"));

    public static TheoryData<string, string> HotelQuestions()
    {
        var data = new TheoryData<string, string>();
        foreach (var line in TestFiles.Read("lighthouse-questions.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = line.Split('|');
            data.Add(parts[0], parts[1]);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(HotelQuestions))]
    public void Question_about_a_document_finds_its_passage(string question, string answer)
    {
        var found = Hotel.Search(question, 3);

        Assert.NotEmpty(found);
        Assert.True(found[0].Text.Contains(answer, StringComparison.OrdinalIgnoreCase), $"{found[0].Score:f2} {found[0].Text}");
        Assert.True(found[0].Score >= KnowledgeBase.Guess, $"{found[0].Score:f2}");
    }

    [Theory]
    [InlineData("who won the football match yesterday")]
    [InlineData("what is the capital of france")]
    [InlineData("how do i bake an apple pie")]
    [InlineData("ask not what your country can do for you")]
    public void Question_from_elsewhere_finds_nothing_sure(string question) =>
        Assert.DoesNotContain(Hotel.Search(question, 1), p => p.Score >= KnowledgeBase.Guess);

    [Fact]
    public void Every_built_in_question_and_phrasing_finds_its_own_entry()
    {
        var entries = KnowledgeParser.Parse(BuiltInText());
        var known = BuiltInKnowledge.Load();
        Assert.True(entries.Count >= 40);
        var wrong = entries.SelectMany(e => e.Questions.Select(q => (q, e.Text, Found: known.Search(q, 1)[0])))
            .Where(x => x.Found.Text != x.Text || x.Found.Score < 0.9)
            .Select(x => $"{x.q} -> {x.Found.Heading} {x.Found.Score:f2}");
        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("could you please change your voice", "How do I change the voice?")]
    [InlineData("what browser can i use", "Which browsers are supported?")]
    [InlineData("the mic is broken", "What do I do when the microphone does not work?")]
    [InlineData("what does it cost to use it", "Is it free?")]
    [InlineData("how many people can use one server at the same time", "How many people can one server serve?")]
    [InlineData("can i connect my own language model", "How do I connect a language model?")]
    public void Question_in_other_words_finds_the_entry(string question, string heading) =>
        Assert.Equal(heading, BuiltInKnowledge.Load().Search(question, 1)[0].Heading);

    [Fact]
    public void Markdown_gives_headings_items_tables_and_question_answer_pairs()
    {
        const string text = "# Shop\n\n## Prices\n- **Tea** costs [2 euros](http://x)\n1. Cake\n\n| Size | Price |\n|---|---|\n| big | 3 |\n\n"
            + "Q: Do you deliver?\nA: Yes, daily.\n\n**Where are you?**\nIn town.\n";
        var entries = KnowledgeParser.Parse(text);

        Assert.Equal(["Tea costs 2 euros", "Cake", "Size, Price", "big, 3", "Yes, daily.", "In town."], entries.Select(e => e.Text));
        Assert.Equal("Prices", entries[0].Heading);
        Assert.Equal("Shop", entries[0].Section);
        Assert.Equal("Do you deliver?", entries[4].Heading);
        Assert.Equal(["Where are you?"], entries[5].Questions);
    }

    [Fact]
    public void Equal_text_has_an_equal_id_and_changed_text_another()
    {
        var same = KnowledgeBase.FromText("The Lighthouse Hotel", TestFiles.Read("lighthouse-hotel.md"));
        Assert.Equal(Hotel.Id, same.ForRecognition.Id);
        Assert.NotEqual(Hotel.Id, KnowledgeBase.FromText("The Lighthouse Hotel", "Closed.").Id);
    }

    [Fact]
    public void Any_text_is_read_and_searched_without_throwing() =>
        Check.One(
            Config.QuickThrowOnFailure,
            Prop.ForAll<string, string>((text, query) =>
            {
                var known = KnowledgeBase.FromText("t", text ?? "");
                return known.Search(query ?? "", 5).All(p => p.Score is > 0 and <= 1.0001);
            }));

    [Fact]
    public void A_megabyte_without_a_break_is_cut_into_passages()
    {
        var known = KnowledgeBase.FromText("big", string.Concat(Enumerable.Repeat("All work and no play. ", 50_000)));
        Assert.NotEmpty(known.Search("work", 3));
    }

    private static string BuiltInText()
    {
        using var stream = typeof(BuiltInKnowledge).Assembly.GetManifestResourceStream("avatargrains.md")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

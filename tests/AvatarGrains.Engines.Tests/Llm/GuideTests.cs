using AvatarGrains.Core.Engines;
using AvatarGrains.Engines.Knowledge;
using AvatarGrains.Engines.Llm.Guide;
using Microsoft.Extensions.AI;

namespace AvatarGrains.Engines.Tests.Llm;

public sealed class GuideTests
{
    private static readonly KnowledgeBase Hotel = KnowledgeBase.FromText("The Lighthouse Hotel", TestFiles.Read("lighthouse-hotel.md"));
    private readonly GuideChatClient _guide = new(BuiltInKnowledge.Load());

    [Fact]
    public async Task Streamed_pieces_make_the_whole_answer()
    {
        var pieces = await _guide.GetStreamingResponseAsync([new(ChatRole.User, "What can you do?")]).Select(u => u.Text).ToListAsync();

        Assert.True(pieces.Count > 5);
        Assert.Equal((await TalkAsync(null, "What can you do?"))[0], string.Concat(pieces));
        Assert.StartsWith("I listen", string.Concat(pieces));
    }

    [Theory]
    [InlineData("hello", "Hello!")]
    [InlineData("good morning my friend", "Hello!")]
    [InlineData("thank you very much", "You are welcome")]
    [InlineData("bye bye", "Goodbye")]
    [InlineData("hi, which browsers are supported?", "Any modern browser")]
    [InlineData("who are you", "I am the offline guide")]
    [InlineData("are you a language model", "No, I am a simple guide")]
    [InlineData("how are you", "I am fine")]
    public async Task Courtesies_and_questions_get_their_answer(string said, string answer) =>
        Assert.StartsWith(answer, (await TalkAsync(null, said))[0]);

    [Theory]
    [InlineData("what is the capital of france")]
    [InlineData("who won the football match yesterday")]
    public async Task Unknown_is_admitted_with_the_way_out(string said)
    {
        Assert.Contains("onnect a language model", (await TalkAsync(null, said))[0]);
        Assert.Contains("onnect a language model", (await TalkAsync(Hotel, said))[0]);
    }

    [Fact]
    public async Task Document_comes_first_and_the_server_second()
    {
        var answers = await TalkAsync(Hotel, "when is the swimming pool open", "which browsers are supported");

        Assert.Contains("6 in the morning to 9", answers[0]);
        Assert.StartsWith("Any modern browser", answers[1]);
    }

    [Fact]
    public async Task Follow_ups_keep_the_subject()
    {
        var answers = await TalkAsync(Hotel, "tell me about the tower suite", "and how much is that?", "thanks", "what about the double room?");

        Assert.Contains("260 dollars", answers[0]);
        Assert.Contains("260 dollars", answers[1]);
        Assert.Contains("120 dollars", answers[3]);
    }

    [Fact]
    public async Task Tell_me_more_says_something_new_until_there_is_nothing()
    {
        var answers = await TalkAsync(
            Hotel, "do you have bicycles", "tell me more", "tell me more", "tell me more", "tell me more", "tell me more", "tell me more");

        Assert.Equal(answers.Distinct().Count(), answers.TakeWhile(a => !a.StartsWith("That is all", StringComparison.Ordinal)).Count() + 1);
        Assert.StartsWith("That is all", answers[^1]);
    }

    [Fact]
    public async Task Repeat_says_the_last_answer_again()
    {
        var answers = await TalkAsync(null, "what is a session", "can you repeat that please");
        Assert.Equal(answers[0], answers[1]);
    }

    [Fact]
    public async Task Long_passage_is_cut_to_what_fits_the_question()
    {
        var answer = (await TalkAsync(Hotel, "are there gluten free dishes"))[0];
        Assert.StartsWith("Vegetarian and gluten free", answer);
    }

    [Fact]
    public async Task Cancelled_answer_stops()
    {
        using var cancelled = new CancellationTokenSource();
        await Assert.ThrowsAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in _guide.GetStreamingResponseAsync([new(ChatRole.User, "What can you do?")], null, cancelled.Token))
            {
                await cancelled.CancelAsync();
            }
        });
    }

    private async Task<List<string>> TalkAsync(IKnowledgeBase? document, params string[] said)
    {
        var options = new ChatOptions();
        ChatContext.SetKnowledge(options, document);
        var messages = new List<ChatMessage> { new(ChatRole.System, "Be kind.") };
        foreach (var text in said)
        {
            messages.Add(new(ChatRole.User, text));
            var response = await _guide.GetResponseAsync(messages, options);
            messages.AddRange(response.Messages);
        }

        return [.. messages.Where(m => m.Role == ChatRole.Assistant).Select(m => m.Text)];
    }
}

using AvatarGrains.Conformance;
using AvatarGrains.Conformance.Scripted;
using AvatarGrains.Core.Turns;
using AvatarGrains.Core.Sessions;
using Microsoft.Extensions.AI;

namespace AvatarGrains.Core.Tests.Turns;

public sealed class PromptTests
{
    private static readonly TurnRequest When = new(TurnKind.Ask, "when?");

    [Fact]
    public async Task Prompt_holds_system_text_passages_history_and_question()
    {
        var knowledge = await new ScriptedEngines().FindAsync("doc", TestContext.Current.CancellationToken);
        HistoryLine[] history = [Line(Speaker.User, "hello"), Line(Speaker.Avatar, "Hi the", interrupted: true)];
        var messages = Prompt.Build(HostFixture.Spec() with { Language = "ko" }, history, When, knowledge, spoken: true, PromptOptions.Default);
        Assert.Equal([ChatRole.System, ChatRole.User, ChatRole.Assistant, ChatRole.User], messages.Select(m => m.Role));
        Assert.StartsWith("Be kind.", messages[0].Text, StringComparison.Ordinal);
        Assert.Contains("spoken aloud", messages[0].Text, StringComparison.Ordinal);
        Assert.Contains("The library opens at nine.", messages[0].Text, StringComparison.Ordinal);
        Assert.Contains("ko", messages[0].Text, StringComparison.Ordinal);
        Assert.Equal(["hello", "Hi the", "when?"], messages.Skip(1).Select(m => m.Text));
    }

    [Fact]
    public void Interruption_is_told_beside_the_words_so_that_no_model_copies_a_mark()
    {
        List<ChatMessage> Build(bool interrupted) => Prompt.Build(
            HostFixture.Spec(), [Line(Speaker.User, "hello"), Line(Speaker.Avatar, "Hi the", interrupted)],
            When, null, spoken: true,
            PromptOptions.Default);
        Assert.Contains("interrupted", Build(interrupted: true)[0].Text, StringComparison.Ordinal);
        Assert.DoesNotContain("interrupted", Build(interrupted: false)[0].Text, StringComparison.Ordinal);
        Assert.All(Build(interrupted: true), m => Assert.DoesNotContain("…", m.Text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("ko")]
    [InlineData("fr-CA")]
    public void Filler_is_not_told_as_words_of_the_model(string? language)
    {
        var filler = Apologies.OneMoment(language);
        HistoryLine[] history =
        [
            Line(Speaker.User, "hello"), Line(Speaker.Avatar, filler + " Here you are."), Line(Speaker.User, "again"), Line(Speaker.Avatar, filler),
        ];
        var messages = Prompt.Build(HostFixture.Spec() with { SystemPrompt = null }, history, When, null, spoken: false, PromptOptions.Default);
        Assert.Contains("Here you are.", messages.Select(m => m.Text));
        Assert.All(messages, m => Assert.DoesNotContain(filler, m.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void History_is_trimmed_from_its_old_end()
    {
        var history = Enumerable.Range(0, 100).Select(i => Line(Speaker.User, $"line {i}")).ToList();
        var spec = HostFixture.Spec() with { SystemPrompt = null };
        var byLines = Prompt.Build(spec, history, When, null, spoken: false, PromptOptions.Default with { MaxHistoryLines = 3 });
        Assert.Equal(["line 97", "line 98", "line 99", When.Text], byLines.Select(m => m.Text));
        var byCharacters = Prompt.Build(spec, history, When, null, spoken: false, PromptOptions.Default with { MaxHistoryCharacters = 15 });
        Assert.Equal(["line 98", "line 99", When.Text], byCharacters.Select(m => m.Text));
    }

    private static HistoryLine Line(Speaker speaker, string text, bool interrupted = false) => new(1, speaker, text, default, interrupted);
}

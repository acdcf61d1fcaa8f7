using AvatarGrains.Engines.Llm.Answers;

namespace AvatarGrains.Engines.Tests.Faults;

/// <summary>Text of models that is no answer is never heard, however it is cut into pieces.</summary>
public sealed class AnswerTextTests
{
    private const string DeepSeekCall =
        "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>go\n```json\n{\"x\":1}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>";

    /// <summary>Text of a model, and what is said of it.</summary>
    public static TheoryData<string, string> Cases => new()
    {
        { "Hello there, friend. How are you?", "Hello there, friend. How are you?" },
        { "a</think>b", "b" },
        { "I think they mean x. So y.\n</think>\n\nHello.", "Hello." },
        { "<think>a</think>b", "b" },
        { "<THINK>\na < b\n</THINK>\n\nHello.", "Hello." },
        { "<think>a", "" },
        { "<think>a</think>Hello.</think>", "Hello." },
        { "<think>a</think></think>Hello.", "Hello." },
        { "Hello. <think>hmm</think>Bye.", "Hello. Bye." },
        { "<thinking>a</thinking>Hello.<reasoning>b</reasoning>", "Hello." },
        { "[THINK]a[/THINK]Hello.", "Hello." },
        { "◁think▷a◁/think▷Hello.", "Hello." },
        { "<|begin_of_thought|>a<|end_of_thought|><|begin_of_solution|>Hello.<|end_of_solution|>", "Hello." },
        { "<|channel|>analysis<|message|>a b<|end|><|start|>assistant<|channel|>final<|message|>Hello.<|return|>", "Hello." },
        { "<|channel|>analysis<|message|>never ends", "" },
        { "analysis<|message|>a<|end|>assistant<|channel|>final<|message|>Hello.", "Hello." },
        { "analysisWe need to greet. assistantfinalHello.", "Hello." },
        { "<|start|>assistant<|channel|>commentary to=functions.go <|constrain|>json<|message|>{\"x\":1}<|call|>", "" },
        { "<tool_call>\n{\"name\":\"go\",\"arguments\":{\"x\":1}}\n</tool_call>", "" },
        { "One moment. <tool_call>{\"name\":\"go\",\"arguments\":{\"x\":1}}</tool_call>", "One moment. " },
        { "<tool_call>{broken</tool_call>Hello.", "Hello." },
        { "<tool_call><function=go>\n<parameter=x>\n1\n</parameter>\n</function></tool_call>Hello.", "Hello." },
        { "<function=go>{\"x\":1}</function>", "" },
        { "[TOOL_CALLS][{\"name\":\"go\",\"arguments\":{\"x\":1}}]", "" },
        { "<|python_tag|>{\"name\":\"go\",\"parameters\":{\"x\":1}}", "" },
        { "{\"name\":\"go\",\"arguments\":{\"x\":1}}", "" },
        { DeepSeekCall, "" },
        { "<tool_response>{\"a\":1}</tool_response>Hello.", "Hello." },
        { "Hello.<|im_end|>\n<|im_start|>user\nAnd you?<|im_end|>", "Hello." },
        { "<|im_start|>assistant\nHello.<|im_end|>", "Hello." },
        { "Hello.</s>", "Hello." },
        { "Hello.<|eot_id|><|start_header_id|>user<|end_header_id|>x", "Hello." },
        { "<start_of_turn>model\nHello.<end_of_turn>", "Hello." },
        { "Hello.<think", "Hello." },
        { "5 < 6 and [see] this. 1 <2", "5 < 6 and [see] this. 1 <2" },
        { "[face:joy]Hello <b>there</b>.", "[face:joy]Hello <b>there</b>." },
        { "{a set} of things", "{a set} of things" },
        { "Okay, the user says hi. I should greet.</think>Hello.", "Hello." },
        { "analysis shows that it works.", "analysis shows that it works." },
        { "안녕하세요. 무엇을 도와드릴까요?", "안녕하세요. 무엇을 도와드릴까요?" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Only_what_is_said_is_heard_at_every_cut(string text, string heard)
    {
        Assert.Equal(heard, Hear([text]).Text);

        // What was given on before unopened thoughts end cannot be taken back; nothing of them is given on while no clause is complete.
        if (heard.Length == 0 || !text.Contains(". So", StringComparison.Ordinal))
        {
            Assert.Equal(heard, Hear([.. text.Select(c => c.ToString())]).Text);
            for (var cut = 1; cut < text.Length; cut++)
            {
                Assert.Equal(heard, Hear([text[..cut], text[cut..]]).Text);
            }
        }
    }

    [Theory]
    [InlineData("<tool_call>\n{\"name\":\"go\",\"arguments\":{\"x\":1}}\n</tool_call>")]
    [InlineData("<tool_call>{\"name\":\"go\",\"arguments\":\"{\\\"x\\\":1}\"}")]
    [InlineData("<tool_call><function=go>\n<parameter=x>\n1\n</parameter>\n</function></tool_call>Hello.")]
    [InlineData("<function=go>{\"x\":1}</function>")]
    [InlineData("[TOOL_CALLS][{\"name\":\"go\",\"arguments\":{\"x\":1}}]")]
    [InlineData("<|python_tag|>{\"name\":\"go\",\"parameters\":{\"x\":1}}")]
    [InlineData("{\"name\":\"go\",\"arguments\":{\"x\":1}}")]
    [InlineData("<|start|>assistant<|channel|>commentary to=functions.go <|constrain|>json<|message|>{\"x\":1}<|call|>")]
    public void Call_that_is_written_as_text_is_a_call_at_every_cut(string text)
    {
        for (var cut = 0; cut < text.Length; cut++)
        {
            var call = Assert.Single(Hear([text[..cut], text[cut..]]).Calls);
            Assert.Equal(("go", "1"), (call.Name, call.Arguments["x"]!.ToString()));
        }
    }

    [Fact]
    public void Model_whose_template_opens_the_thoughts_is_known_after_its_first_answer()
    {
        var habit = new AnswerHabit();
        _ = Hear(["Sure thing. More thoughts.", "</think>Hello."], habit);
        Assert.Equal("Hello.", Hear(["Sure thing. ", "More thoughts. ", "</think>", "Hello."], habit).Text);
        Assert.Equal("No thoughts at all.", Hear(["No thoughts ", "at all."], habit).Text);
    }

    [Fact]
    public void Text_is_given_on_clause_by_clause()
    {
        var answer = new AnswerText(new AnswerHabit());
        Assert.Equal("One moment. ", answer.Push("One moment. "));
        Assert.Equal("", answer.Push("Then"));
        Assert.Equal("Then, ", answer.Push(", "));
    }

    private static (string Text, IReadOnlyList<TextCall> Calls) Hear(IReadOnlyList<string> pieces, AnswerHabit? habit = null)
    {
        var answer = new AnswerText(habit ?? new AnswerHabit());
        var text = string.Concat(pieces.Select(answer.Push).ToList()) + answer.Finish(cut: false);
        return (text, answer.TakeCalls());
    }
}

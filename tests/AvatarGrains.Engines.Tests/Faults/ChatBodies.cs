using System.Text;

namespace AvatarGrains.Engines.Tests.Faults;

/// <summary>Answers as servers send them, each with one and the same thing to be heard.</summary>
internal static class ChatBodies
{
    /// <summary>What is to be heard.</summary>
    public const string Heard = "The café opens at nine. Please ring the bell.";

    /// <summary>The JSON of a stream's events, in the order they are sent; the mark at the end is not among them.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Streams { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        ["plain"] =
        [
            Chunk("{\"role\":\"assistant\",\"content\":\"\"}"), Chunk("{\"content\":\" The café opens\"}"),
            Chunk("{\"content\":\" at nine. Please\"}"),
            Chunk("{\"content\":\" ring the bell.\"}"), Chunk("{}", "stop"),
        ],
        ["reasoning"] =
        [
            Chunk("{\"role\":\"assistant\",\"content\":null,\"reasoning_content\":\"A plan that is secret\"}"),
            Chunk("{\"content\":\"<think>Another secret\"}"), Chunk("{\"content\":\" plan</think> The café opens at nine.\"}"),
            Chunk("{\"content\":\" Please ring the bell.\",\"reasoning\":\"more secrets\"}", "stop"),
        ],
        ["channels"] =
        [
            Chunk("{\"content\":\"<|channel|>analysis<|message|>A secret plan<|end|>\"}"),
            Chunk("{\"content\":\"<|start|>assistant<|channel|>final<|message|> The café opens at nine.\"}"),
            Chunk("{\"content\":\" Please ring the bell.<|return|>\"}", "stop"),
        ],
        ["calls"] =
        [
            Chunk("{\"content\":\" The café opens at nine.\"}"),
            Chunk("{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"type\":\"function\","
                + "\"function\":{\"name\":\"secret\",\"arguments\":\"{\\\"x\\\":\"}}]}"),
            Chunk("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"1}\"}}]}"),
            Chunk("{\"content\":\" Please ring the bell.<tool_call>{\\\"name\\\":\\\"secret\\\",\\\"arguments\\\":{}}</tool_call>\"}"),
            Chunk("{}", "tool_calls"),
        ],
    };

    /// <summary>An answer that is no stream.</summary>
    public const string Whole =
        "{\"id\":\"c1\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"secret-model\","
        + "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
        + "\"content\":\"" + Heard + "\",\"reasoning_content\":\"A secret plan\",\"tool_calls\":null,\"refusal\":null},\"logprobs\":null,"
        + "\"finish_reason\":\"stop\"}],"
        + "\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2,\"total_tokens\":3},\"system_fingerprint\":\"secret\"}";

    /// <summary>Lines of JSON, as another server sends them.</summary>
    public const string Lines =
        "{\"model\":\"secret\",\"created_at\":\"2026\","
        + "\"message\":{\"role\":\"assistant\",\"content\":\"The café opens at nine. \"},\"done\":false}\n"
        + "{\"model\":\"secret\",\"message\":{\"role\":\"assistant\",\"content\":\" Please ring the bell.\"},\"done\":false}\n"
        + "{\"model\":\"secret\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done_reason\":\"stop\",\"done\":true,\"eval_count\":5}\n";

    /// <summary>Every body, whole, by name.</summary>
    public static IReadOnlyDictionary<string, string> Bodies { get; } =
        Streams.ToDictionary(stream => stream.Key, stream => Stream(stream.Value)).Append(new("whole", Whole)).Append(new("lines", Lines))
            .ToDictionary();

    /// <summary>Server-sent events with the mark at the end.</summary>
    public static string Stream(IEnumerable<string> events) => string.Concat(events.Append("[DONE]").Select(Event));

    public static string Event(string data) => $"data: {data}\n\n";

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Chunk(string delta, string? finish = null) =>
        "{\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"secret-model\",\"choices\":[{\"index\":0,\"delta\":" + delta
        + ",\"finish_reason\":" + (finish is null ? "null" : $"\"{finish}\"") + ",\"logprobs\":null}],\"usage\":null}";
}

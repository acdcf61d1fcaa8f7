using System.Text.Json;

namespace AvatarGrains.Engines.Llm.OpenAi.Tolerance;

/// <summary>Writes the chunks of a stream as OpenAI's client expects them.</summary>
internal static class AnswerChunk
{
    /// <summary>A chunk with text; with none it says that the endpoint lives.</summary>
    public static byte[] Text(string text) => Write(json =>
    {
        json.WriteStartObject("delta");
        if (text.Length > 0)
        {
            json.WriteString("content", text);
        }

        json.WriteEndObject();
        json.WriteNull("finish_reason");
    });

    /// <summary>The last chunk and the mark at the end.</summary>
    public static byte[] End(string reason, IReadOnlyList<ToolCall> calls) =>
    [
        .. Write(json =>
        {
            json.WriteStartObject("delta");
            WriteCalls(json, calls);
            json.WriteEndObject();
            json.WriteString("finish_reason", reason);
        }),
        .. "data: [DONE]\n\n"u8,
    ];

    private static void WriteCalls(Utf8JsonWriter json, IReadOnlyList<ToolCall> calls)
    {
        if (calls.Count == 0)
        {
            return;
        }

        json.WriteStartArray("tool_calls");
        foreach (var (index, call) in calls.Index())
        {
            json.WriteStartObject();
            json.WriteNumber("index", index);
            json.WriteString("id", call.Id);
            json.WriteString("type", "function");
            json.WriteStartObject("function");
            json.WriteString("name", call.Name);
            json.WriteString("arguments", call.Arguments);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static byte[] Write(Action<Utf8JsonWriter> choice)
    {
        using var stream = new MemoryStream();
        stream.Write("data: "u8);
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("id", "answer");
            json.WriteString("object", "chat.completion.chunk");
            json.WriteNumber("created", 0);
            json.WriteString("model", "model");
            json.WriteStartArray("choices");
            json.WriteStartObject();
            json.WriteNumber("index", 0);
            choice(json);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        stream.Write("\n\n"u8);
        return stream.ToArray();
    }
}

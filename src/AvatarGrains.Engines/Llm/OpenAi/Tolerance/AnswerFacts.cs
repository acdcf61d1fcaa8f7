using System.Text;
using System.Text.Json;
using AvatarGrains.Core.Engines;

namespace AvatarGrains.Engines.Llm.OpenAi.Tolerance;

/// <summary>
/// What the events of one answer say: its text, its tool calls and why it ended. Members that are missing, empty, of another type or of unknown
/// value count for nothing. One owner, not thread-safe.
/// </summary>
internal sealed class AnswerFacts
{
    private readonly CallAssembler _calls = new();
    private int? _choice;
    private bool _known;
    private bool _streamed;
    private bool _damaged;
    private bool _foreign;
    private string? _finish;

    /// <summary>The endpoint has said that its answer ends.</summary>
    public bool Finished => _finish is not null;

    /// <summary>The mark at the end has come.</summary>
    public bool Done { get; private set; }

    /// <summary>One of the reasons that OpenAI's client knows; unknown ones are "stop".</summary>
    public string FinishReason => _finish is { } reason && reason != "stop" ? reason : _calls.Any ? "tool_calls" : "stop";

    public IReadOnlyList<ToolCall> Calls => _calls.Complete();

    /// <summary>Takes an event.</summary>
    /// <returns>The text it adds; empty for most that are no text.</returns>
    /// <exception cref="EngineException">The endpoint tells of an error.</exception>
    public string Take(in AnswerEvent one)
    {
        switch (one.Kind)
        {
            case AnswerEventKind.Json:
                return Take(one.Json);
            case AnswerEventKind.Error:
                throw OpenAiErrors.InAnswer(one.Json) ?? OpenAiErrors.OfObject(one.Json, "the endpoint");
            case AnswerEventKind.Done:
                Done = true;
                break;
            case AnswerEventKind.Damaged:
                _damaged = true;
                break;
            case AnswerEventKind.Foreign:
                _foreign = true;
                break;
        }

        return "";
    }

    /// <summary>The answer is over: checks that it was one.</summary>
    /// <exception cref="EngineException">It was none, or broke off.</exception>
    public void End()
    {
        if (Done || Finished)
        {
            return;
        }

        if (_damaged)
        {
            throw new EngineException(EngineFault.Failed, "the endpoint broke off in the middle of its answer");
        }

        if (!_known)
        {
            throw new EngineException(
                EngineFault.Failed, _foreign ? "the endpoint answered with text that is no answer of a model" : "the endpoint answered with nothing");
        }
    }

    private static JsonElement Member(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value : default;

    private static string? Known(string reason) => reason.ToLowerInvariant() switch
    {
        "" => null,
        "length" or "max_tokens" or "max_output_tokens" => "length",
        "content_filter" or "safety" => "content_filter",
        "tool_calls" or "tool_call" or "tool_use" or "function_call" => "tool_calls",
        _ => "stop",
    };

    private static string Text(JsonElement content)
    {
        switch (content.ValueKind)
        {
            case JsonValueKind.String:
                return content.GetString()!;
            case JsonValueKind.Array:
                var text = new StringBuilder();
                foreach (var part in content.EnumerateArray())
                {
                    text.Append(Text(part));
                }

                return text.ToString();
            case JsonValueKind.Object:
                // Parts of an answer name their kind; thoughts, pictures and the like are no text.
                var kind = Member(content, "type");
                return kind.ValueKind == JsonValueKind.String && kind.GetString() is not ("" or "text" or "output_text" or "refusal")
                    ? ""
                    : Text(First(content, "text", "content", "refusal"));
            default:
                return "";
        }
    }

    private static JsonElement First(JsonElement json, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (Member(json, name) is { ValueKind: not (JsonValueKind.Undefined or JsonValueKind.Null) } value)
            {
                return value;
            }
        }

        return default;
    }

    private string Take(JsonElement json)
    {
        if (OpenAiErrors.InAnswer(json) is { } failed)
        {
            throw failed;
        }

        if (Choice(json) is not { ValueKind: JsonValueKind.Object } choice)
        {
            if (Member(json, "detail").ValueKind is JsonValueKind.String or JsonValueKind.Array)
            {
                throw OpenAiErrors.OfObject(Member(json, "detail"), "the endpoint");
            }

            return "";
        }

        if (OpenAiErrors.InAnswer(choice) is { } failedChoice)
        {
            throw failedChoice;
        }

        _known = true;
        var text = Content(choice);
        if (First(choice, "finish_reason", "done_reason") is { ValueKind: JsonValueKind.String } reason)
        {
            _finish = Known(reason.GetString()!) ?? _finish;
        }

        return text;
    }

    /// <summary>The part of an event that holds the answer; nothing for further choices.</summary>
    private JsonElement Choice(JsonElement json)
    {
        var choices = Member(json, "choices");
        if (choices.ValueKind == JsonValueKind.Object)
        {
            return choices;
        }

        if (choices.ValueKind != JsonValueKind.Array)
        {
            // Some servers leave the list out and send the message alone.
            return First(json, "message", "delta").ValueKind == JsonValueKind.Undefined ? default : json;
        }

        foreach (var choice in choices.EnumerateArray())
        {
            var index = Member(choice, "index") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var value) ? value : 0;
            _choice ??= index;
            if (index == _choice)
            {
                return choice;
            }
        }

        // A list without choices carries figures of use: the stream is one all the same.
        _known = true;
        return default;
    }

    private string Content(JsonElement choice)
    {
        var delta = First(choice, "delta");
        var isDelta = delta.ValueKind is JsonValueKind.String or JsonValueKind.Array
            || (delta.ValueKind == JsonValueKind.Object && delta.EnumerateObject().Any());
        if (!isDelta && _streamed)
        {
            // The whole message once more after its pieces.
            return "";
        }

        _streamed |= isDelta;
        var message = isDelta ? delta : First(choice, "message");
        if (message.ValueKind != JsonValueKind.Object)
        {
            return message.ValueKind is JsonValueKind.Undefined ? Text(First(choice, "text")) : Text(message);
        }

        if (Member(message, "role") is { ValueKind: JsonValueKind.String } role && role.GetString() is "tool" or "function")
        {
            return "";
        }

        _calls.Add(First(message, "tool_calls"));
        _calls.AddLegacy(First(message, "function_call"));
        return Text(First(message, "content", "text", "refusal"));
    }
}

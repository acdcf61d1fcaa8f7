using System.Text;
using System.Text.Json;
using AvatarGrains.Core.Engines;

namespace AvatarGrains.Engines.Llm.OpenAi.Tolerance;

/// <summary>What a piece of an answer is.</summary>
internal enum AnswerEventKind
{
    /// <summary>A comment or something else without content: the server lives.</summary>
    Life = 0,

    /// <summary>A JSON object.</summary>
    Json,

    /// <summary>A JSON object that the stream calls an error.</summary>
    Error,

    /// <summary>The mark at the end.</summary>
    Done,

    /// <summary>JSON that broke off or is none.</summary>
    Damaged,

    /// <summary>Text that is no JSON: a web page, words of a proxy.</summary>
    Foreign,
}

/// <summary>A piece of an answer.</summary>
internal readonly record struct AnswerEvent(AnswerEventKind Kind, JsonElement Json = default);

/// <summary>
/// Cuts an answer's bytes into events: server-sent events with any line ends, cut anywhere; JSON objects one a line; one whole object or an
/// array of them. What it is shows in the bytes, not in a header. One owner, not thread-safe.
/// </summary>
internal sealed class AnswerEvents
{
    private const int MostLine = 4 << 20;
    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    private readonly List<byte> _line = [];
    private readonly StringBuilder _pending = new();
    private readonly List<AnswerEvent> _events = [];
    private bool _afterReturn;
    private bool _pendingIsData;
    private bool _firstLine = true;
    private bool _error;

    /// <summary>Adds bytes.</summary>
    /// <returns>The events that are complete.</returns>
    /// <exception cref="EngineException">A line without an end.</exception>
    public IReadOnlyList<AnswerEvent> Push(ReadOnlySpan<byte> bytes)
    {
        _events.Clear();
        foreach (var b in bytes)
        {
            if (b == (byte)'\n' && _afterReturn)
            {
                _afterReturn = false;
                continue;
            }

            _afterReturn = b == (byte)'\r';
            if (b is (byte)'\n' or (byte)'\r')
            {
                EndLine();
            }
            else
            {
                _line.Add(b);
            }
        }

        if (_line.Count + _pending.Length > MostLine)
        {
            throw new EngineException(EngineFault.Failed, "the endpoint sent a line without an end");
        }

        return [.. _events];
    }

    /// <summary>The bytes are over.</summary>
    /// <returns>What was left.</returns>
    public IReadOnlyList<AnswerEvent> Finish()
    {
        _events.Clear();
        if (_line.Count > 0)
        {
            EndLine();
        }

        if (_pending.Length > 0)
        {
            _pending.Clear();
            Add(AnswerEventKind.Damaged);
        }

        return [.. _events];
    }

    private static bool TryParse(string text, out JsonElement json)
    {
        json = default;
        var trimmed = text.AsSpan().Trim();
        if (trimmed.Length < 2 || !(trimmed[0] is '{' or '[' && trimmed[^1] is '}' or ']'))
        {
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(text, Lenient);
            json = document.RootElement.Clone();
            return true;
        }
        catch (JsonException)
        {
            // Not whole yet, or never: what follows tells.
            return false;
        }
    }

    private void EndLine()
    {
        var line = Encoding.UTF8.GetString([.. _line]);
        _line.Clear();
        if (_firstLine)
        {
            line = line.TrimStart('\uFEFF');
            _firstLine = false;
        }

        if (line.AsSpan().Trim().Length == 0)
        {
            EndEvent();
        }
        else if (line.StartsWith("data:", StringComparison.OrdinalIgnoreCase))
        {
            Content(line["data:".Length..].Trim(), isData: true);
        }
        else if (line[0] == ':' || IsField(line))
        {
            _error |= line.StartsWith("event:", StringComparison.OrdinalIgnoreCase) && line.EndsWith("error", StringComparison.OrdinalIgnoreCase);
            Add(AnswerEventKind.Life);
        }
        else
        {
            Content(line, isData: false);
        }
    }

    private static bool IsField(string line) =>
        line.StartsWith("event:", StringComparison.OrdinalIgnoreCase)
        || line.StartsWith("id:", StringComparison.OrdinalIgnoreCase)
        || line.StartsWith("retry:", StringComparison.OrdinalIgnoreCase);

    /// <summary>A blank line ends an event of a stream; inside a JSON object of many lines it means nothing.</summary>
    private void EndEvent()
    {
        if (_pending.Length > 0 && _pendingIsData)
        {
            _pending.Clear();
            Add(AnswerEventKind.Damaged);
        }

        _error = false;
    }

    private void Content(string text, bool isData)
    {
        if (text is "[DONE]" or "\"[DONE]\"" or "[done]")
        {
            if (_pending.Length > 0)
            {
                _pending.Clear();
                Add(AnswerEventKind.Damaged);
            }

            Add(AnswerEventKind.Done);
            return;
        }

        if (_pending.Length > 0 && isData && TryParse(text, out var alone))
        {
            _pending.Clear();
            Add(AnswerEventKind.Damaged);
            Add(alone);
            return;
        }

        if (_pending.Length == 0 && text.AsSpan().TrimStart() is not ['{' or '[', ..])
        {
            Add(isData ? AnswerEventKind.Life : AnswerEventKind.Foreign);
            return;
        }

        _pending.Append(text).Append('\n');
        _pendingIsData = isData;
        if (text.AsSpan().TrimEnd() is [.., '}' or ']'] && TryParse(_pending.ToString(), out var json))
        {
            _pending.Clear();
            Add(json);
        }
    }

    private void Add(JsonElement json)
    {
        foreach (var one in json.ValueKind == JsonValueKind.Array ? json.EnumerateArray().ToArray() : [json])
        {
            _events.Add(new AnswerEvent(_error ? AnswerEventKind.Error : AnswerEventKind.Json, one));
        }
    }

    private void Add(AnswerEventKind kind) => _events.Add(new AnswerEvent(kind));
}

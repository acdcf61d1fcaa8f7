using System.Text;
using System.Text.Json;

namespace AvatarGrains.Engines.Llm.OpenAi.Tolerance;

/// <summary>A whole tool call.</summary>
/// <param name="Id">Its id, made up where the endpoint gave none.</param>
/// <param name="Name">The tool.</param>
/// <param name="Arguments">JSON.</param>
internal sealed record ToolCall(string Id, string Name, string Arguments);

/// <summary>
/// Puts the pieces of tool calls together. An id that is new begins a call, whatever its index says; a piece without an id goes on with the last
/// call of its index. One owner, not thread-safe.
/// </summary>
internal sealed class CallAssembler
{
    private readonly List<Call> _calls = [];

    public bool Any => _calls.Any(call => call.Name.Length > 0);

    /// <summary>Adds the calls of a message or of a piece of one; whatever is no call counts for nothing.</summary>
    public void Add(JsonElement calls)
    {
        switch (calls.ValueKind)
        {
            case JsonValueKind.Array:
                foreach (var call in calls.EnumerateArray())
                {
                    AddOne(call);
                }

                break;
            case JsonValueKind.Object:
                AddOne(calls);
                break;
        }
    }

    /// <summary>Adds a call of the time before there were several.</summary>
    public void AddLegacy(JsonElement call) => Append(call, id: "", index: 0);

    public IReadOnlyList<ToolCall> Complete() =>
    [
        .. _calls.Where(call => call.Name.Length > 0)
            .Select((call, i) => new ToolCall(call.Id.Length > 0 ? call.Id : $"call_{i}", call.Name, Whole(call.Arguments.ToString()))),
    ];

    /// <summary>The arguments as an object: none are an empty one, and a text that holds an object is that object.</summary>
    private static string Whole(string arguments)
    {
        if (string.IsNullOrWhiteSpace(arguments))
        {
            return "{}";
        }

        try
        {
            using var json = JsonDocument.Parse(arguments);
            return json.RootElement.ValueKind switch
            {
                JsonValueKind.String => Whole(json.RootElement.GetString()!),
                JsonValueKind.Null => "{}",
                _ => arguments,
            };
        }
        catch (JsonException)
        {
            // Whoever calls the tool is told that the arguments cannot be read.
            return arguments;
        }
    }

    private static bool IsWhole(string arguments)
    {
        try
        {
            using var json = JsonDocument.Parse(arguments);
            return json.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string Word(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value)
            && value.ValueKind is JsonValueKind.String or JsonValueKind.Number
            ? value.ToString()
            : "";

    private void AddOne(JsonElement call)
    {
        if (call.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        var function = call.TryGetProperty("function", out var inner) && inner.ValueKind == JsonValueKind.Object ? inner : call;
        int? index = call.TryGetProperty("index", out var at) && at.ValueKind == JsonValueKind.Number && at.TryGetInt32(out var value) ? value : null;
        Append(function, Word(call, "id"), index);
    }

    private void Append(JsonElement function, string id, int? index)
    {
        if (function.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        var name = Word(function, "name");
        var call = Find(id, name, index);
        if (call is null)
        {
            call = new Call { Index = index };
            _calls.Add(call);
        }

        call.Id = id.Length > 0 ? id : call.Id;
        call.Name = name.Length > 0 ? name : call.Name;
        if (function.TryGetProperty("arguments", out var arguments) || function.TryGetProperty("parameters", out arguments))
        {
            call.Arguments.Append(arguments.ValueKind switch
            {
                JsonValueKind.String => arguments.GetString(),
                JsonValueKind.Object => arguments.GetRawText(),
                _ => "",
            });
        }
    }

    private Call? Find(string id, string name, int? index)
    {
        if (id.Length > 0)
        {
            return _calls.Find(call => call.Id == id)
                ?? _calls.FindLast(call => call.Id.Length == 0 && call.Index == index && (call.Name.Length == 0 || name.Length == 0));
        }

        var last = index is null ? _calls.LastOrDefault() : _calls.FindLast(call => call.Index == index);
        return last is not null && name.Length > 0 && last.Name.Length > 0 && IsWhole(last.Arguments.ToString()) ? null : last;
    }

    private sealed class Call
    {
        public int? Index { get; init; }

        public string Id { get; set; } = "";

        public string Name { get; set; } = "";

        public StringBuilder Arguments { get; } = new();
    }
}

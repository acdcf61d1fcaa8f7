using System.Globalization;
using System.Text.Json;
using AvatarGrains.Api.Shared.FastApi;

namespace AvatarGrains.Api.Dialects.LiveTalking.Proxy;

/// <summary>Reads the members of a body and collects everything that is wrong with them.</summary>
internal sealed class ProxyBody(JsonElement root)
{
    private static readonly string[] Trues = ["true", "1", "yes", "y", "on", "t"];
    private static readonly string[] Falses = ["false", "0", "no", "n", "off", "f"];

    private readonly List<FastApiIssue> _issues = root.ValueKind == JsonValueKind.Object
        ? []
        : [NoObject(root)];

    public IReadOnlyList<FastApiIssue> Issues => _issues;

    /// <summary>The session's id, a whole number; a text is taken too, as ids may be UUIDs.</summary>
    public string SessionId()
    {
        const string Name = "session_id";
        if (Required(Name) is not { } value)
        {
            return "";
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Number when value.TryGetInt64(out var number):
                return number.ToString(CultureInfo.InvariantCulture);
            case JsonValueKind.Number:
                return Wrong("int_from_float", Name, "Input should be a valid integer, got a number with a fractional part", value);
            case JsonValueKind.String when value.GetString() is { Length: > 0 } text:
                return text;
            case JsonValueKind.String:
                return Wrong("int_parsing", Name, "Input should be a valid integer, unable to parse string as an integer", value);
            default:
                return Wrong("int_type", Name, "Input should be a valid integer", value);
        }
    }

    /// <summary>A text that must be there.</summary>
    public string Text(string name, int least, int most) => Required(name) is { } value ? Text(name, value, least, most) : "";

    /// <summary>A text that may be missing or null.</summary>
    public string? OptionalText(string name, int most) =>
        Member(name) is { ValueKind: not JsonValueKind.Null } value ? Text(name, value, 0, most) : null;

    /// <summary>One of two texts.</summary>
    public string Choice(string name, string one, string other)
    {
        if (Required(name) is not { } value)
        {
            return "";
        }

        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        if (text == one || text == other)
        {
            return text;
        }

        _issues.Add(new FastApiIssue("literal_error", ["body", name], $"Input should be '{one}' or '{other}'")
        {
            Input = value,
            Ctx = new Dictionary<string, object> { ["expected"] = $"'{one}' or '{other}'" },
        });
        return "";
    }

    /// <summary>True or false.</summary>
    public bool Flag(string name, bool otherwise)
    {
        switch (Member(name))
        {
            case null:
                return otherwise;
            case { ValueKind: JsonValueKind.True }:
                return true;
            case { ValueKind: JsonValueKind.False }:
                return false;
            case { ValueKind: JsonValueKind.Number } number when number.TryGetDouble(out var value) && value is 0 or 1:
                return value != 0;
            case { ValueKind: JsonValueKind.String } text:
                var word = text.GetString()!.ToLowerInvariant();
                if (!Trues.Contains(word) && !Falses.Contains(word))
                {
                    Wrong("bool_parsing", name, "Input should be a valid boolean, unable to interpret input", text);
                }

                return Trues.Contains(word);
            case { } other:
                Wrong("bool_type", name, "Input should be a valid boolean", other);
                return otherwise;
        }
    }

    private static FastApiIssue NoObject(JsonElement root) =>
        new("model_attributes_type", ["body"], "Input should be a valid dictionary or object to extract fields from") { Input = root };

    private string Text(string name, JsonElement value, int least, int most)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            return Wrong("string_type", name, "Input should be a valid string", value);
        }

        var text = value.GetString()!;
        var length = text.EnumerateRunes().Count();
        if (length < least)
        {
            _issues.Add(FastApiIssue.TooShort(name, text, least));
        }
        else if (length > most)
        {
            _issues.Add(FastApiIssue.TooLong(name, text, most));
        }

        return text;
    }

    private string Wrong(string type, string name, string words, JsonElement input)
    {
        _issues.Add(new FastApiIssue(type, ["body", name], words) { Input = input });
        return "";
    }

    private JsonElement? Required(string name)
    {
        var value = Member(name);
        if (value is null && root.ValueKind == JsonValueKind.Object)
        {
            _issues.Add(FastApiIssue.Missing(name, root));
        }

        return value;
    }

    private JsonElement? Member(string name) => root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out var value) ? value : null;
}

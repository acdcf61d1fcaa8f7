using System.Text.Json;
using System.Text.RegularExpressions;

namespace AvatarGrains.Engines.Llm.Answers;

/// <summary>A tool call that a model wrote as text.</summary>
/// <param name="Name">The tool.</param>
/// <param name="Arguments">Its arguments.</param>
internal sealed partial record TextCall(string Name, IDictionary<string, object?> Arguments)
{
    /// <summary>The calls in what stood between the tags: JSON objects with a name and arguments, one or several, or tagged parameters.</summary>
    /// <returns>None when it is not a call that can be read.</returns>
    public static IReadOnlyList<TextCall> Parse(string content)
    {
        var text = content.Trim();
        if (Function().Match(text) is { Success: true } function)
        {
            return ParseArguments(function.Groups[2].Value) is { } tagged ? [new TextCall(function.Groups[1].Value, tagged)] : [];
        }

        if (Read(text) is { } whole)
        {
            var calls = whole.ValueKind == JsonValueKind.Array ? whole.EnumerateArray().Select(Call) : [Call(whole)];
            return [.. calls.OfType<TextCall>()];
        }

        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Read).OfType<JsonElement>().Select(Call).OfType<TextCall>()];
    }

    /// <summary>Arguments as a JSON object or as tagged parameters; null when they are neither.</summary>
    public static IDictionary<string, object?>? ParseArguments(string content)
    {
        var text = content.Trim();
        if (text.Length == 0)
        {
            return new Dictionary<string, object?>();
        }

        if (Read(text) is { ValueKind: JsonValueKind.Object } json)
        {
            return json.EnumerateObject().ToDictionary(member => member.Name, object? (member) => member.Value);
        }

        var parameters = Parameter().Matches(text);
        return parameters.Count == 0
            ? null
            : parameters.DistinctBy(one => one.Groups[1].Value).ToDictionary(one => one.Groups[1].Value, object? (one) => one.Groups[2].Value.Trim());
    }

    private static TextCall? Call(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (json.TryGetProperty("function", out var function) && function.ValueKind == JsonValueKind.Object)
        {
            return Call(function);
        }

        if (!json.TryGetProperty("name", out var name) || name.ValueKind != JsonValueKind.String || name.GetString() is not { Length: > 0 } called
            || !(json.TryGetProperty("arguments", out var arguments) || json.TryGetProperty("parameters", out arguments)))
        {
            return null;
        }

        var text = arguments.ValueKind == JsonValueKind.String ? arguments.GetString()! : arguments.GetRawText();
        return ParseArguments(text is "null" ? "" : text) is { } read ? new TextCall(called, read) : null;
    }

    private static JsonElement? Read(string text)
    {
        if (text.Length == 0 || text[0] is not ('{' or '['))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            // What cannot be read is no call, and is not said either.
            return null;
        }
    }

    [GeneratedRegex(@"^<function=([^>\s]+)>(.*?)(</function>)?\s*$", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Function();

    [GeneratedRegex(@"<parameter(?:=|\s+name=)[""']?([^>""']+)[""']?>(.*?)</parameter>", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Parameter();
}

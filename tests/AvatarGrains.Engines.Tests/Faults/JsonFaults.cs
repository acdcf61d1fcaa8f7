using System.Text.Json.Nodes;

namespace AvatarGrains.Engines.Tests.Faults;

/// <summary>A damaged document.</summary>
/// <param name="Path">The member that was changed.</param>
/// <param name="Text">The document.</param>
internal sealed record FaultyJson(string Path, string Text);

/// <summary>Damages JSON field by field.</summary>
internal static class JsonFaults
{
    /// <summary>A text that no server's documentation has.</summary>
    public const string UnknownText = "Unheardof";

    private static readonly string?[] Values =
    [
        "null", "\"\"", "\" \"", $"\" {UnknownText}\"", "0", "-1", "1e300", "99999999999999999999", "true", "false", "{}", "[]", "[null]", "[[]]",
        "[{}]", "{\"a\":{\"b\":[1,null]}}",
    ];

    /// <summary>The document with every member and item missing in turn, and of every other value.</summary>
    public static IEnumerable<FaultyJson> Of(string json)
    {
        foreach (var path in Paths(JsonNode.Parse(json)!, []).ToList())
        {
            var name = string.Join('.', path);
            yield return new FaultyJson(name, Change(json, path, remove: true, null));
            foreach (var value in Values)
            {
                yield return new FaultyJson(name, Change(json, path, remove: false, value));
            }
        }
    }

    private static IEnumerable<object[]> Paths(JsonNode node, object[] here)
    {
        if (here.Length > 0)
        {
            yield return here;
        }

        var inner = node switch
        {
            JsonObject members => members.Select(member => (Key: (object)member.Key, member.Value)),
            JsonArray items => items.Select((item, i) => (Key: (object)i, Value: item)),
            _ => [],
        };
        foreach (var (key, value) in inner)
        {
            foreach (var path in value is null ? [[.. here, key]] : Paths(value, [.. here, key]))
            {
                yield return path;
            }
        }
    }

    private static string Change(string json, object[] path, bool remove, string? value)
    {
        var root = JsonNode.Parse(json)!;
        var parent = path[..^1].Aggregate(root, (node, key) => key is int index ? node[index]! : node[(string)key]!);
        switch (path[^1], remove)
        {
            case (int index, true):
                parent.AsArray().RemoveAt(index);
                break;
            case (int index, false):
                parent.AsArray()[index] = JsonNode.Parse(value!);
                break;
            case (string key, true):
                parent.AsObject().Remove(key);
                break;
            case (string key, false):
                parent.AsObject()[key] = JsonNode.Parse(value!);
                break;
        }

        return root.ToJsonString();
    }
}

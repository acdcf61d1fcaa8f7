using System.Text.Json;

namespace AvatarGrains.Api.Shared.FastApi;

/// <summary>One thing that is wrong with a request, as FastAPI lists it.</summary>
/// <param name="Type">Pydantic's name of it, such as <c>missing</c> or <c>string_too_short</c>.</param>
/// <param name="Loc">Where: <c>body</c>, <c>query</c> or <c>path</c>, then names and, as whole numbers, places in lists.</param>
/// <param name="Msg">Words for people.</param>
internal sealed record FastApiIssue(string Type, IReadOnlyList<object> Loc, string Msg)
{
    /// <summary>What came instead; nothing is written as null.</summary>
    public JsonElement? Input { get; init; }

    /// <summary>Further facts such as <c>min_length</c>; null for none.</summary>
    public IReadOnlyDictionary<string, object>? Ctx { get; init; }

    /// <summary>A field of the body is not there.</summary>
    /// <param name="field">Its name; null when there is no body at all.</param>
    /// <param name="input">The body, or null when there is none.</param>
    public static FastApiIssue Missing(string? field, JsonElement? input = null) =>
        new("missing", field is null ? ["body"] : ["body", field], "Field required") { Input = input };

    /// <summary>The body is not JSON.</summary>
    /// <param name="position">Where it breaks, in bytes.</param>
    public static FastApiIssue NotJson(long position) => new("json_invalid", ["body", position], "JSON decode error")
    {
        Input = Empty(),
        Ctx = new Dictionary<string, object> { ["error"] = "Expecting value" },
    };

    /// <summary>A text of the body is shorter than it may be.</summary>
    public static FastApiIssue TooShort(string field, string input, int least) => OfLength("short", "at least", "min_length", field, input, least);

    /// <summary>A text of the body is longer than it may be.</summary>
    public static FastApiIssue TooLong(string field, string input, int most) => OfLength("long", "at most", "max_length", field, input, most);

    private static FastApiIssue OfLength(string how, string bound, string name, string field, string input, int length) => new(
        $"string_too_{how}", ["body", field], $"String should have {bound} {length} character{(length == 1 ? "" : "s")}")
    {
        Input = JsonSerializer.SerializeToElement(input),
        Ctx = new Dictionary<string, object> { [name] = length },
    };

    private static JsonElement Empty()
    {
        using var document = JsonDocument.Parse("{}");
        return document.RootElement.Clone();
    }
}

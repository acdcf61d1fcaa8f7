using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AvatarGrains.Engines.Llm.OpenAi.Tolerance;

/// <summary>
/// What one endpoint does not take, learnt from its refusals and left out of all further requests. Thread-safe.
/// </summary>
/// <param name="needed">Fields without which a request means nothing.</param>
internal sealed partial class EndpointQuirks(IReadOnlyList<string> needed)
{
    private const string ShortLimit = "max_tokens";
    private const string LongLimit = "max_completion_tokens";

    private readonly Lock _lock = new();
    private ImmutableHashSet<string> _refused = [];
    private bool _noSystem;

    /// <summary>The request without what the endpoint does not take.</summary>
    public byte[] Adapt(byte[] request)
    {
        var (refused, noSystem) = Known;
        if ((refused.Count == 0 && !noSystem) || Parse(request) is not { } body)
        {
            return request;
        }

        foreach (var name in refused)
        {
            Leave(body, name, refused);
        }

        if (noSystem)
        {
            FoldSystem(body);
        }

        return JsonSerializer.SerializeToUtf8Bytes(body);
    }

    /// <summary>Reads a refusal.</summary>
    /// <param name="sent">The refused request as it was sent.</param>
    /// <param name="refusal">The answer's body.</param>
    /// <returns>True when it names something that can be left out: the request is worth repeating.</returns>
    public bool Learn(byte[] sent, string refusal)
    {
        if (Parse(sent) is not { } body)
        {
            return false;
        }

        var named = Named(body, refusal);
        lock (_lock)
        {
            if (named is not null)
            {
                _refused = _refused.Add(named);
                return true;
            }

            if (!_noSystem && SystemRefusal().IsMatch(refusal) && Messages(body).Any(message => Role(message) == "system"))
            {
                _noSystem = true;
                return true;
            }

            return false;
        }
    }

    private (ImmutableHashSet<string> Refused, bool NoSystem) Known
    {
        get
        {
            lock (_lock)
            {
                return (_refused, _noSystem);
            }
        }
    }

    private static JsonObject? Parse(byte[] request)
    {
        try
        {
            return request.Length == 0 ? null : JsonNode.Parse(request) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The field of the request that a refusal names first, or null.</summary>
    private string? Named(JsonObject body, string refusal)
    {
        var fields = body.Select(field => field.Key).Where(name => !needed.Contains(name)).ToList();
        if (Parameter().Match(refusal) is { Success: true } parameter && fields.Contains(parameter.Groups[1].Value))
        {
            return parameter.Groups[1].Value;
        }

        var first = fields.Select(name => (Name: name, At: IndexOfWord(refusal, name))).Where(found => found.At >= 0).OrderBy(found => found.At)
            .FirstOrDefault().Name;
        if (first is not null)
        {
            return first;
        }

        return fields.Contains("tools") && ToolRefusal().IsMatch(refusal) ? "tools"
            : body.ContainsKey("stream") && StreamRefusal().IsMatch(refusal) ? "stream"
            : null;
    }

    private static int IndexOfWord(string text, string word)
    {
        for (var at = text.IndexOf(word, StringComparison.Ordinal); at >= 0; at = text.IndexOf(word, at + 1, StringComparison.Ordinal))
        {
            var end = at + word.Length;
            if ((at == 0 || !IsPart(text[at - 1])) && (end == text.Length || !IsPart(text[end])))
            {
                return at;
            }
        }

        return -1;
    }

    private static bool IsPart(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    private static void Leave(JsonObject body, string name, ImmutableHashSet<string> refused)
    {
        var other = name switch { ShortLimit => LongLimit, LongLimit => ShortLimit, _ => null };
        if (other is not null && !refused.Contains(other) && body[name] is { } limit && !body.ContainsKey(other))
        {
            body[other] = limit.DeepClone();
        }

        body.Remove(name);
        if (name == "tools")
        {
            body.Remove("tool_choice");
            body.Remove("parallel_tool_calls");
        }
        else if (name == "stream")
        {
            body.Remove("stream_options");
        }
    }

    /// <summary>Puts the words of the system before the first ones of the user.</summary>
    private static void FoldSystem(JsonObject body)
    {
        var messages = Messages(body).ToList();
        var words = string.Join("\n\n", messages.Where(message => Role(message) == "system").Select(Content));
        foreach (var message in messages.Where(message => Role(message) == "system"))
        {
            message.Parent!.AsArray().Remove(message);
        }

        if (words.Length > 0 && messages.Find(message => Role(message) == "user") is { } user)
        {
            user["content"] = new StringBuilder(words).Append("\n\n").Append(Content(user)).ToString();
        }
    }

    private static IEnumerable<JsonObject> Messages(JsonObject body) => (body["messages"] as JsonArray ?? []).OfType<JsonObject>();

    private static string Role(JsonObject message) => message["role"]?.ToString() ?? "";

    private static string Content(JsonObject message) => message["content"] switch
    {
        JsonArray parts => string.Concat(parts.OfType<JsonObject>().Select(part => part["text"]?.ToString())),
        { } text => text.ToString(),
        null => "",
    };

    [GeneratedRegex("\"param(?:eter)?\"\\s*:\\s*\"([A-Za-z0-9_]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Parameter();

    [GeneratedRegex(@"\btools?\b|tool[-_ ]c|function.call", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex ToolRefusal();

    [GeneratedRegex(
        @"\bstream(ing)?\b[^.]{0,40}(not|n't|un)\s?(supported|allowed|available|implemented)|(not|n't) support[^.]{0,20}\bstream",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex StreamRefusal();

    [GeneratedRegex(@"\bsystem\b[^.]{0,60}\b(role|message|prompt|support|instruction)|\brole\b[^.]{0,30}\bsystem\b",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex SystemRefusal();
}

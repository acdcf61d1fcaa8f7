using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AvatarGrains.Core.Engines;
using AvatarGrains.Engines.Llm.OpenAi;

namespace AvatarGrains.Engines.Asr;

/// <summary>Reads what a transcription endpoint answers: the words, or that it heard none.</summary>
internal static partial class OpenAiTranscript
{
    private const double GoodEnough = 0.8;

    /// <summary>The words in an answer with a status of success.</summary>
    /// <param name="answer">Its body.</param>
    /// <param name="name">The recognizer, for failures.</param>
    /// <exception cref="EngineException">It tells of an error, or is a web page.</exception>
    public static Transcript Read(ReadOnlySpan<byte> answer, string name)
    {
        var text = Encoding.UTF8.GetString(answer).TrimStart('\uFEFF').Trim();
        if (text is ['{' or '[' or '"', ..] or "null" && Parse(text) is { } json)
        {
            if (OpenAiErrors.InAnswer(json, name) is { } failed)
            {
                throw failed;
            }

            return Of(Words(json));
        }

        // Some servers answer in plain text whatever they were asked for.
        return text is ['<', not '|', ..] or ['{', ..]
            ? throw new EngineException(EngineFault.Failed, $"{name} answered with what is no transcript")
            : Of(text);
    }

    private static Transcript Of(string words)
    {
        // Models mark silence and music in brackets; nobody said that.
        var said = Remarks().Replace(words, " ").Trim();
        return said.Any(char.IsLetterOrDigit) ? new Transcript(said, GoodEnough, true) : Transcript.Nothing;
    }

    private static string Words(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => json.GetString()!,
        JsonValueKind.Array => string.Join(' ', json.EnumerateArray().Select(Words).Where(words => words.Length > 0)),
        JsonValueKind.Object => Member(json, "text") ?? Member(json, "transcript") ?? Member(json, "results") ?? Member(json, "segments")
            ?? Member(json, "alternatives") ?? "",
        _ => "",
    };

    private static string? Member(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String or JsonValueKind.Array or JsonValueKind.Object
            && Words(value) is { Length: > 0 } words
            ? words
            : null;

    private static JsonElement? Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            // Not JSON: the caller tells plain words from what is none.
            return null;
        }
    }

    [GeneratedRegex(
        @"\[[A-Z_ ]{3,40}\]|\[(?i:blank_audio|music|silence|noise|inaudible|applause|laughter)\]"
        + @"|\((?i:silence|music|noise|inaudible|applause)\)|<\|[^|>]{0,40}\|>|[♪♫]", RegexOptions.CultureInvariant)]
    private static partial Regex Remarks();
}

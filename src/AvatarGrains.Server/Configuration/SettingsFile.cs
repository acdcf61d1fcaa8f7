using System.ComponentModel;
using System.Reflection;
using System.Text.Json;
using static AvatarGrains.Server.Configuration.SettingsTypes;

namespace AvatarGrains.Server.Configuration;

/// <summary>Holds a JSON file of settings against the records they are read into: a misspelt setting would silently be its default.</summary>
internal sealed class SettingsFile
{
    private static readonly JsonReaderOptions Relaxed = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private readonly string _file;
    private readonly byte[] _json;
    private readonly List<string> _problems = [];

    private SettingsFile(string file, byte[] json)
    {
        _file = file;
        _json = json;
    }

    /// <summary>Everything wrong with the file, each with its line.</summary>
    /// <param name="file">Its path, also for the messages.</param>
    /// <param name="type">What it is read into.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IReadOnlyList<string> Problems(string file, Type type)
    {
        var check = new SettingsFile(file, WithoutMark(File.ReadAllBytes(file)));
        try
        {
            var reader = new Utf8JsonReader(check._json, Relaxed);
            reader.Read();
            check.Value(ref reader, type, "");
            // What follows the settings is an error too.
            reader.Read();
        }
        catch (JsonException bad)
        {
            // The reader's own words end with the line it counts from 0.
            var words = bad.Message.Split(" LineNumber:")[0];
            check._problems.Add($"{file}, line {bad.LineNumber + 1}: this is not valid JSON. {words}");
        }

        return check._problems;
    }

    private static byte[] WithoutMark(byte[] file) => file.AsSpan().StartsWith("\uFEFF"u8) ? file[3..] : file;

    private void Value(ref Utf8JsonReader reader, Type type, string path)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return;
            case JsonTokenType.StartObject when Generic(type, typeof(IReadOnlyDictionary<,>)) is { } map:
                Members(ref reader, path, _ => map.GetGenericArguments()[1]);
                return;
            case JsonTokenType.StartObject when !IsScalar(type) && !IsList(type):
                var known = type.GetProperties(BindingFlags.Public | BindingFlags.Instance);
                Members(ref reader, path, name => Find(known, name)?.PropertyType, known);
                return;
            case JsonTokenType.StartArray when IsList(type):
                for (var at = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; at++)
                {
                    Value(ref reader, ItemOf(type)!, $"{path}[{at}]");
                }

                return;
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                Report(reader, $"{(path.Length > 0 ? path : "the whole file")} takes {Kind(type)}.");
                reader.Skip();
                return;
            default:
                Scalar(reader, type, path);
                return;
        }
    }

    private void Members(ref Utf8JsonReader reader, string path, Func<string, Type?> typeOf, PropertyInfo[]? known = null)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = reader.GetString()!;
            var inner = path.Length == 0 ? name : $"{path}.{name}";
            var type = typeOf(name);
            if (type is null)
            {
                Report(reader, $"there is no setting {inner}{Suggestion(name, known!)}.");
            }

            reader.Read();
            if (type is null)
            {
                reader.Skip();
            }
            else
            {
                Value(ref reader, type, inner);
            }
        }
    }

    private void Scalar(Utf8JsonReader reader, Type type, string path)
    {
        var text = reader.TokenType == JsonTokenType.String ? reader.GetString()! : System.Text.Encoding.UTF8.GetString(reader.ValueSpan);
        if (!IsScalar(type))
        {
            Report(reader, $"{path} is '{text}'; it takes {Kind(type)}.");
            return;
        }

        try
        {
            TypeDescriptor.GetConverter(type).ConvertFromInvariantString(text);
        }
        catch (Exception wrong) when (wrong is FormatException or ArgumentException or NotSupportedException or OverflowException)
        {
            // What converters throw differs from type to type; each means that the text is none.
            Report(reader, $"{path} is '{text}'; it takes {Kind(type)}.");
        }
    }

    private static PropertyInfo? Find(PropertyInfo[] known, string name) =>
        known.FirstOrDefault(one => one.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static string Suggestion(string name, PropertyInfo[] known) =>
        Spelling.Suggest(name, known.Select(one => JsonNamingPolicy.CamelCase.ConvertName(one.Name)));

    private void Report(Utf8JsonReader reader, string problem)
    {
        var line = 1 + _json.AsSpan(0, (int)reader.TokenStartIndex).Count((byte)'\n');
        _problems.Add($"{_file}, line {line}: {problem.Replace("?.", "?", StringComparison.Ordinal)}");
    }
}

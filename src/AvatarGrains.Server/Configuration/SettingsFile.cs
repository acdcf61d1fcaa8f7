using System.Collections;
using System.ComponentModel;
using System.Reflection;
using System.Text.Json;

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

    private static Type? ItemOf(Type type) => type.IsArray ? type.GetElementType() : Generic(type, typeof(IEnumerable<>))?.GetGenericArguments()[0];

    private static Type? Generic(Type type, Type wanted) =>
        type.GetInterfaces().Append(type).FirstOrDefault(one => one.IsGenericType && one.GetGenericTypeDefinition() == wanted);

    private static bool IsScalar(Type type) => TypeDescriptor.GetConverter(type).CanConvertFrom(typeof(string));

    private static bool IsList(Type type) => type != typeof(string) && typeof(IEnumerable).IsAssignableFrom(type) && Generic(type, typeof(IReadOnlyDictionary<,>)) is null;

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
                Report(reader, $"{path} takes {Kind(type)}.");
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

    private static PropertyInfo? Find(PropertyInfo[] known, string name) => known.FirstOrDefault(one => one.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static string Suggestion(string name, PropertyInfo[] known)
    {
        var near = known.Select(one => JsonNamingPolicy.CamelCase.ConvertName(one.Name)).Where(one => Distance(one.ToLowerInvariant(), name.ToLowerInvariant()) <= 2)
            .OrderBy(one => Distance(one.ToLowerInvariant(), name.ToLowerInvariant())).FirstOrDefault();
        return near is null ? "" : $"; is {near} meant?";
    }

    /// <summary>How many letters must be put in, left out or changed to make one word of another (Levenshtein 1966).</summary>
    private static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var (corner, first) = (row[0], i);
            row[0] = first;
            for (var j = 1; j <= other.Length; j++)
            {
                var change = corner + (one[i - 1] == other[j - 1] ? 0 : 1);
                corner = row[j];
                row[j] = Math.Min(change, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }

    private static string Kind(Type type) => type switch
    {
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(int) || type == typeof(long) => "a whole number",
        _ when type == typeof(double) || type == typeof(float) => "a number",
        _ when type == typeof(TimeSpan) => "a time such as 00:00:30",
        _ when type == typeof(string) || type == typeof(Uri) => "a text",
        _ when type.IsEnum => "one of " + string.Join(", ", Enum.GetNames(type)),
        _ when IsList(type) => "a list [ … ]",
        _ => "a group { … }",
    };

    private void Report(Utf8JsonReader reader, string problem) =>
        _problems.Add($"{_file}, line {1 + _json.AsSpan(0, (int)reader.TokenStartIndex).Count((byte)'\n')}: {problem.Replace("?.", "?", StringComparison.Ordinal)}");
}

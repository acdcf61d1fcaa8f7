using System.Collections;
using System.ComponentModel;
using System.Reflection;

namespace AvatarGrains.Server.Configuration;

/// <summary>What the records of settings are made of.</summary>
internal static class SettingsTypes
{
    /// <summary>The type of what a name, a key or an index leads to, or null when it leads nowhere.</summary>
    public static Type? Inner(Type type, string name) =>
        Generic(type, typeof(IReadOnlyDictionary<,>)) is { } map ? map.GetGenericArguments()[1]
        : IsList(type) ? int.TryParse(name, out _) ? ItemOf(type) : null
        : type.GetProperty(name, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase)?.PropertyType;

    public static Type? ItemOf(Type type) => type.IsArray ? type.GetElementType() : Generic(type, typeof(IEnumerable<>))?.GetGenericArguments()[0];

    public static Type? Generic(Type type, Type wanted) =>
        type.GetInterfaces().Append(type).FirstOrDefault(one => one.IsGenericType && one.GetGenericTypeDefinition() == wanted);

    public static bool IsScalar(Type type) => TypeDescriptor.GetConverter(type).CanConvertFrom(typeof(string));

    public static bool IsList(Type type) => type != typeof(string) && typeof(IEnumerable).IsAssignableFrom(type)
        && Generic(type, typeof(IReadOnlyDictionary<,>)) is null;

    public static string Kind(Type type) => type switch
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
}

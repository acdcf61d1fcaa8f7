using System.Reflection;
using System.Text;

namespace AvatarGrains.Grains.Tests;

/// <summary>
/// Writes down what crosses silos: each type with its name and its numbered fields, each grain interface with its calls, each enumeration
/// in them with its numbers.
/// </summary>
internal static class ContractListing
{
    public const string File = "contracts.txt";

    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    public static List<string> Of(IEnumerable<Type> types, IEnumerable<Type> interfaces)
    {
        var enums = new HashSet<Type>();
        List<string> lines = [];
        foreach (var type in types.OrderBy(AliasOf, StringComparer.Ordinal))
        {
            var sent = type.BaseType is { } parent && parent.IsDefined(typeof(GenerateSerializerAttribute), false) ? parent : null;
            lines.Add(AliasOf(type) + (sent is null ? "" : " : " + AliasOf(sent)));
            lines.AddRange(type.GetMembers(Declared)
                .Where(m => m is PropertyInfo or FieldInfo && m.IsDefined(typeof(IdAttribute), false))
                .OrderBy(m => m.GetCustomAttribute<IdAttribute>()!.Id)
                .Select(m => (Member: m, Type: m is PropertyInfo p ? p.PropertyType : ((FieldInfo)m).FieldType))
                .Select(m => $"  {m.Member.GetCustomAttribute<IdAttribute>()!.Id} {m.Member.Name.TrimStart('_')}: {Name(m.Type)}"));
        }

        foreach (var one in interfaces.OrderBy(AliasOf, StringComparer.Ordinal))
        {
            lines.Add(AliasOf(one));
            lines.AddRange(one.GetMethods()
                .Select(m => $"  {AliasOf(m)}({string.Join(", ", m.GetParameters().Select(p => Name(p.ParameterType)))}): {Name(m.ReturnType)}")
                .Order(StringComparer.Ordinal));
        }

        lines.AddRange(enums.OrderBy(e => e.Name, StringComparer.Ordinal)
            .Select(e => $"{e.Name}: {string.Join(", ", Enum.GetValues(e).Cast<object>().Select(v => $"{Convert.ToInt64(v, null)} {v}"))}"));
        return lines;

        string Name(Type type)
        {
            if (Nullable.GetUnderlyingType(type) is { } value)
            {
                return Name(value) + "?";
            }

            if (type.IsEnum)
            {
                enums.Add(type);
            }

            if (type.IsArray)
            {
                return Name(type.GetElementType()!) + "[]";
            }

            if (!type.IsGenericType)
            {
                return type.GetCustomAttribute<AliasAttribute>(inherit: false)?.Alias ?? type.Name;
            }

            var name = new StringBuilder(type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]);
            return name.Append('<').AppendJoin(", ", type.GetGenericArguments().Select(Name)).Append('>').ToString();
        }
    }

    private static string AliasOf(MemberInfo member) => member.GetCustomAttribute<AliasAttribute>(inherit: false)?.Alias ?? member.Name;
}

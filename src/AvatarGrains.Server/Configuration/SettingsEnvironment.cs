namespace AvatarGrains.Server.Configuration;

/// <summary>
/// Holds environment variables against the records they are read into: one value for what takes a list or a group would silently be none, and keys
/// given so would leave the server open.
/// </summary>
internal static class SettingsEnvironment
{
    /// <param name="prefix">What the variables' names begin with.</param>
    /// <param name="variables">Settings by their path, parts joined by colons.</param>
    /// <param name="type">What they are read into.</param>
    public static IEnumerable<string> Problems(string prefix, IConfiguration variables, Type type) =>
        from variable in variables.AsEnumerable()
        where !string.IsNullOrEmpty(variable.Value)
        let name = prefix + variable.Key.Replace(":", "__", StringComparison.Ordinal)
        let problem = Problem(name, variable.Key.Split(':'), type)
        where problem is not null
        select problem;

    private static string? Problem(string name, string[] parts, Type type)
    {
        var path = "";
        foreach (var part in parts)
        {
            // Of names that are no settings the environment has many.
            if (SettingsTypes.Inner(type, part) is not { } inner)
            {
                return null;
            }

            path += path.Length == 0 ? part.ToLowerInvariant() : $".{part.ToLowerInvariant()}";
            type = inner;
        }

        return SettingsTypes.IsScalar(type) ? null
            : $"{name} is set, but {path} takes {SettingsTypes.Kind(type)}: set {name}__{(SettingsTypes.IsList(type) ? "0" : "NAME")} instead.";
    }
}

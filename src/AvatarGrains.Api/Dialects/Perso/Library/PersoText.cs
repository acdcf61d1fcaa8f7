namespace AvatarGrains.Api.Dialects.Perso.Library;

/// <summary>Checks texts of clients.</summary>
internal static class PersoText
{
    public const int NameLength = 255;

    /// <summary>A name for people: not blank, of bounded length.</summary>
    public static string Name(string? value, string attr)
    {
        var text = value ?? throw PersoException.Missing(attr);
        return string.IsNullOrWhiteSpace(text)
            ? throw new PersoException(400, "blank", "This field may not be blank.", attr)
            : Bounded(text, NameLength, attr);
    }

    public static string Bounded(string? value, int length, string attr)
    {
        var text = value ?? "";
        if (text.Length > length)
        {
            throw new PersoException(400, "max_length", $"Ensure this field has no more than {length} characters.", attr);
        }

        return text.Contains('\0', StringComparison.Ordinal)
            ? throw new PersoException(400, "null_characters_not_allowed", "Null characters are not allowed.", attr)
            : text;
    }

    /// <summary>The last part of a file's name, for people alone: it is never a path here.</summary>
    public static string FileName(string? name)
    {
        var last = (name ?? "").Split('/', '\\')[^1];
        var clean = string.Concat(last.Where(c => !char.IsControl(c)).Take(NameLength));
        return clean.Length == 0 || clean is "." or ".." ? "file" : clean;
    }
}

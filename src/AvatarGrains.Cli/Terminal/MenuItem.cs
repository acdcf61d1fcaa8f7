namespace AvatarGrains.Cli.Terminal;

/// <summary>A line of a menu.</summary>
internal sealed record MenuItem(string Title, string Hint = "");

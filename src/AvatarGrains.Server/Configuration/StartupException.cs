namespace AvatarGrains.Server.Configuration;

/// <summary>The server cannot start. Every line is for people and says one thing that is wrong.</summary>
public sealed class StartupException(IReadOnlyList<string> lines, Exception? inner = null) : Exception(string.Join(Environment.NewLine, lines), inner)
{
    public StartupException(string line, Exception? inner = null)
        : this([line], inner)
    {
    }

    public IReadOnlyList<string> Lines => lines;
}

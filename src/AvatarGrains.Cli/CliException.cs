namespace AvatarGrains.Cli;

/// <summary>The user asked for something that cannot be done; the message is one line that says why.</summary>
internal sealed class CliException(string message, int exitCode = ExitCode.Failed) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}

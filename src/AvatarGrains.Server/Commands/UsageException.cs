namespace AvatarGrains.Server.Commands;

/// <summary>The command line is wrong. The message is for people.</summary>
internal sealed class UsageException(string message) : Exception(message);

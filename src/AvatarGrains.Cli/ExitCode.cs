namespace AvatarGrains.Cli;

/// <summary>The client's exit codes.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>The server refused or failed, or a file could not be used.</summary>
    public const int Failed = 1;

    public const int Usage = 2;

    /// <summary>No server answers at the address.</summary>
    public const int Unreachable = 3;

    /// <summary>The server wants a key, or another one.</summary>
    public const int KeyNeeded = 4;

    /// <summary>Ended by a signal, as shells count it.</summary>
    public const int Interrupted = 130;
}

namespace AvatarGrains.Cli.Terminal;

/// <summary>Keys as they are pressed.</summary>
internal interface IKeySource
{
    /// <summary>The next key.</summary>
    ValueTask<ConsoleKeyInfo> ReadAsync(CancellationToken cancellationToken);

    /// <summary>A key that was pressed already.</summary>
    bool TryRead(out ConsoleKeyInfo key);
}

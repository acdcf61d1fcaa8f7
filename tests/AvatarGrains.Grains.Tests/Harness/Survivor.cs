namespace AvatarGrains.Grains.Tests.Harness;

/// <summary>A silo that is told to be dead ends its process; here the process is everybody's.</summary>
internal sealed class Survivor : IFatalErrorHandler
{
    public bool IsUnexpected(Exception exception) => true;

    public void OnFatalException(object? sender, string? context, Exception? exception)
    {
    }
}

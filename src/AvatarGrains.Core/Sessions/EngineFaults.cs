using AvatarGrains.Core.Engines;

namespace AvatarGrains.Core.Sessions;

/// <summary>Tells engine failures, which are outcomes, from bugs, which are not.</summary>
public static class EngineFaults
{
    /// <summary>The exception as an engine's failure, or null when it is a bug.</summary>
    /// <param name="error">What was thrown.</param>
    /// <param name="cancelled">The session itself cancelled the work.</param>
    public static EngineException? Read(Exception error, bool cancelled) => error switch
    {
        EngineException engine => engine,
        OperationCanceledException when !cancelled => new EngineException(EngineFault.Timeout, "The engine gave up waiting.", error),
        TimeoutException => new EngineException(EngineFault.Timeout, error.Message, error),
        HttpRequestException or IOException => new EngineException(EngineFault.Failed, error.Message, error),
        DllNotFoundException => new EngineException(EngineFault.Unavailable, error.Message, error),
        _ => null,
    };
}

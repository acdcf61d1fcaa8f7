namespace AvatarGrains.Core.Engines;

/// <summary>Why an engine could not do its work.</summary>
public enum EngineFault
{
    /// <summary>The library, model or endpoint is not there.</summary>
    Unavailable = 0,

    /// <summary>The engine refused the credentials.</summary>
    Unauthorized = 1,

    /// <summary>No answer in time.</summary>
    Timeout = 2,

    /// <summary>Too many requests at once or in a time span.</summary>
    Overloaded = 3,

    /// <summary>The engine does not take this input (language, voice, format, length).</summary>
    Rejected = 4,

    /// <summary>The engine broke in the middle of its work.</summary>
    Failed = 5,
}

/// <summary>An engine failed: an outcome of a turn, not a bug.</summary>
public sealed class EngineException : Exception
{
    public EngineException(EngineFault fault, string message, Exception? inner = null)
        : base(message, inner) => Fault = fault;

    public EngineFault Fault { get; }

    /// <summary>How long to wait before asking again, where the engine said so.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

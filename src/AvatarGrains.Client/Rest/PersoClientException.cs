namespace AvatarGrains.Client.Rest;

/// <summary>A call to a Perso server failed. The message is one line for people.</summary>
public sealed class PersoClientException : Exception
{
    public PersoClientException(PersoFault fault, string message, Exception? inner = null)
        : base(message, inner)
    {
        Fault = fault;
    }

    public PersoFault Fault { get; }

    /// <summary>The HTTP status when <see cref="Fault"/> is <see cref="PersoFault.Refused"/>, else 0.</summary>
    public int Status { get; init; }

    /// <summary>The server's own code for the error, such as <c>does_not_exist</c>.</summary>
    public string? Code { get; init; }

    /// <summary>The field of the request that the error is about.</summary>
    public string? Attr { get; init; }

    /// <summary>How long the server asks to wait before another try.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

namespace AvatarGrains.Client.Rest;

/// <summary>Why a call to a Perso server failed.</summary>
public enum PersoFault
{
    /// <summary>No connection could be made, or it broke before the answer began.</summary>
    Unreachable,

    /// <summary>The server answered with a status other than 2xx.</summary>
    Refused,

    /// <summary>The answer is not what the contract says.</summary>
    Malformed,

    /// <summary>The answer began and broke off.</summary>
    Interrupted,

    /// <summary>No answer, or no further piece of it, came in time.</summary>
    TimedOut,

    /// <summary>The answer began and the server then said that it failed.</summary>
    Failed,
}

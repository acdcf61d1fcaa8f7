using AvatarGrains.Client.Rest;

namespace AvatarGrains.Cli;

/// <summary>What went wrong in one line, with what to do about it.</summary>
internal static class Failure
{
    public static string Line(PersoClientException error, PersoClient client) => error.Fault switch
    {
        PersoFault.Unreachable =>
            $"No server answers at {client.Server} ({error.Message.TrimEnd('.')}). Start one with './avatar run', or name another with --api-server.",
        PersoFault.Refused when error.Status is 401 or 403 => Key(client),
        PersoFault.Refused when error.RetryAfter is { } wait => $"{error.Message} ({error.Status}; try again in {Math.Ceiling(wait.TotalSeconds)} s)",
        PersoFault.Refused => $"{error.Message} ({error.Status})",
        _ => error.Message,
    };

    public static int Code(PersoClientException error) => error.Fault switch
    {
        PersoFault.Unreachable => ExitCode.Unreachable,
        PersoFault.Refused when error.Status is 401 or 403 => ExitCode.KeyNeeded,
        _ => ExitCode.Failed,
    };

    /// <summary>A termination reason in words.</summary>
    public static string Reason(string? name) => name switch
    {
        "GRACEFUL_TERMINATION" => "it was ended",
        "SESSION_EXPIRED_BEFORE_CONNECTION" => "it was not used in time",
        "SESSION_LOST_AFTER_CONNECTION" => "the server lost sight of this client",
        "SESSION_MISC_ERROR" => "the server failed",
        "MAX_ACTIVE_SESSION_QUOTA_EXCEEDED" => "too many sessions are active",
        "MAX_MIN_PER_SESSION_QUOTA_EXCEEDED" => "the minutes of one session are used up",
        "TOTAL_MIN_PER_MONTH_QUOTA_EXCEEDED" => "the minutes of this month are used up",
        "INSUFFICIENT_CREDITS" => "the credits are used up",
        null or "" => "the server does not say why",
        _ => name,
    };

    private static string Key(PersoClient client)
    {
        var wrong = client.HasKey ? "does not accept this API key" : "needs an API key";
        var source = client.Server.IsLoopback ? "make one with './avatar keys add'" : "ask its operator for one";
        return $"The server at {client.Server} {wrong}: {source}, then set EST_LIVE_API_KEY or pass --api-key.";
    }
}

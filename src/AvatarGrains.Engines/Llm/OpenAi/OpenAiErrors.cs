using System.ClientModel;
using System.Text.Json;
using AvatarGrains.Core.Engines;

namespace AvatarGrains.Engines.Llm.OpenAi;

/// <summary>What failures of an HTTP engine mean.</summary>
internal static class OpenAiErrors
{
    /// <summary>The fault of an exception; null when it is the caller's own cancellation, or a bug.</summary>
    public static EngineFault? ToFault(Exception error, CancellationToken cancellationToken) => error switch
    {
        OperationCanceledException => cancellationToken.IsCancellationRequested ? null : EngineFault.Timeout,
        ClientResultException { Status: > 0 } refused => FromStatus(refused.Status),
        ClientResultException or HttpRequestException => EngineFault.Unavailable,
        IOException or JsonException => EngineFault.Failed,
        AggregateException { InnerException: { } inner } => ToFault(inner, cancellationToken),
        _ => null,
    };

    public static EngineFault FromStatus(int status) => status switch
    {
        401 or 403 => EngineFault.Unauthorized,
        429 => EngineFault.Overloaded,
        408 or 504 => EngineFault.Timeout,
        503 => EngineFault.Unavailable,
        >= 400 and < 500 => EngineFault.Rejected,
        _ => EngineFault.Failed,
    };

    /// <summary>Words for a log. A server's own words may repeat the key it refused, so they are left out.</summary>
    public static string Describe(Exception error) => error switch
    {
        ClientResultException { Status: > 0 } refused => $"the endpoint answered {refused.Status}",
        OperationCanceledException => "the endpoint did not answer in time",
        ClientResultException or HttpRequestException or AggregateException => "the endpoint cannot be reached",
        _ => "the endpoint broke off",
    };
}

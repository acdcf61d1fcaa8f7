using System.Globalization;
using System.Text;
using System.Text.Json;
using AvatarGrains.Core.Engines;

namespace AvatarGrains.Engines.Llm.OpenAi;

/// <summary>
/// What failures of an HTTP engine mean. The words are made here: a server's own may repeat the key it refused, so they are left out.
/// </summary>
internal static class OpenAiErrors
{
    private const int MostWords = 64 * 1024;

    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(1);

    /// <summary>The failure in whatever was thrown while an endpoint was asked. The caller's own cancellation is not for this.</summary>
    public static EngineException Read(Exception error)
    {
        for (var inner = error; inner is not null; inner = inner.InnerException)
        {
            if (inner is EngineException known)
            {
                return known;
            }
        }

        return error switch
        {
            OperationCanceledException or TimeoutException => new EngineException(
                EngineFault.Timeout, "the endpoint did not answer in time", error),
            HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } or IOException => new EngineException(
                EngineFault.Failed, "the endpoint broke off", error),
            HttpRequestException => new EngineException(EngineFault.Unavailable, "the endpoint cannot be reached", error),
            _ => new EngineException(EngineFault.Failed, "what the endpoint answered cannot be read", error),
        };
    }

    public static EngineFault FromStatus(int status) => status switch
    {
        401 or 403 => EngineFault.Unauthorized,
        429 or 529 => EngineFault.Overloaded,
        408 or 504 or 524 => EngineFault.Timeout,
        502 or 503 or 521 or 522 or 523 => EngineFault.Unavailable,
        >= 400 and < 500 => EngineFault.Rejected,
        _ => EngineFault.Failed,
    };

    /// <summary>The failure of an answer with a status that is no success.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="now">The time, for a Retry-After that is a date.</param>
    /// <param name="name">Who answered.</param>
    public static EngineException Refused(HttpResponseMessage response, DateTimeOffset now, string name = "the endpoint")
    {
        var status = (int)response.StatusCode;
        return new EngineException(FromStatus(status), $"{name} answered {status}") { RetryAfter = RetryAfter(response, now) };
    }

    /// <summary>What a refusal says, for what can be learnt from it and not for a log.</summary>
    public static async ValueTask<string> WordsAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            var bytes = new byte[MostWords];
            var read = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
            return Encoding.UTF8.GetString(bytes, 0, read);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            // A refusal whose words are lost is still a refusal; its status says enough.
            return "";
        }
    }

    /// <summary>The failure of an error object, wherever it stands in an answer; null when there is none.</summary>
    public static EngineException? InAnswer(JsonElement answer, string name = "the endpoint")
    {
        if (answer.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (answer.TryGetProperty("error", out var error) && IsError(error))
        {
            return OfObject(error, name);
        }

        if (answer.TryGetProperty("object", out var kind) && kind.ValueKind == JsonValueKind.String && kind.ValueEquals("error"))
        {
            return OfObject(answer, name);
        }

        return null;
    }

    /// <summary>The failure that an error object tells of.</summary>
    public static EngineException OfObject(JsonElement error, string name)
    {
        var words = error.ValueKind == JsonValueKind.Object
            ? string.Join(' ', new[] { "code", "status", "type", "message" }.Select(member => Word(error, member)))
            : error.ToString();
        var code = error.ValueKind == JsonValueKind.Object ? Word(error, "code") : "";
        var fault = int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var status) && status is >= 400 and < 600
            ? FromStatus(status)
            : OfWords(words);
        return new EngineException(fault, $"{name} answered with an error ({fault})");
    }

    private static bool IsError(JsonElement error) => error.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined or JsonValueKind.False => false,
        JsonValueKind.String => error.GetString()!.Length > 0,
        JsonValueKind.Object => error.EnumerateObject().Any(),
        JsonValueKind.Array => error.GetArrayLength() > 0,
        _ => true,
    };

    private static string Word(JsonElement error, string member) =>
        error.TryGetProperty(member, out var value) && value.ValueKind is JsonValueKind.String or JsonValueKind.Number ? value.ToString() : "";

    private static EngineFault OfWords(string words)
    {
        bool Has(params ReadOnlySpan<string> parts)
        {
            foreach (var part in parts)
            {
                if (words.Contains(part, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }

            return false;
        }

        return Has("rate_limit", "rate limit", "quota", "overload", "capacity", "too many") ? EngineFault.Overloaded
            : Has("authenti", "api_key", "api key", "permission", "unauthorized") ? EngineFault.Unauthorized
            : Has("timeout", "timed out") ? EngineFault.Timeout
            : Has("invalid", "context_length", "not_found", "not found", "unsupported") ? EngineFault.Rejected
            : EngineFault.Failed;
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response, DateTimeOffset now)
    {
        var wait = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - now,
            _ => (TimeSpan?)null,
        };
        if (wait is null && response.Headers.TryGetValues("retry-after-ms", out var values)
            && double.TryParse(values.First(), NumberStyles.Float, CultureInfo.InvariantCulture, out var milliseconds)
            && milliseconds is >= 0 and < 1e9)
        {
            wait = TimeSpan.FromMilliseconds(milliseconds);
        }

        return wait is not { } time ? null : time < TimeSpan.Zero ? TimeSpan.Zero : time > LongestRetryAfter ? LongestRetryAfter : time;
    }
}

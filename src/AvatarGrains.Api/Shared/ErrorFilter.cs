using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AvatarGrains.Api.Shared;

/// <summary>Turns every failure of a dialect's endpoints into an answer of its shape. A bug is logged and answered without its stack.</summary>
internal static class ErrorFilter
{
    /// <summary>Answers failures of these endpoints in a dialect's shape.</summary>
    public static TBuilder AnswerErrors<TBuilder>(this TBuilder endpoints, IErrorShape shape)
        where TBuilder : IEndpointConventionBuilder =>
        endpoints.AddEndpointFilter((context, next) => InvokeAsync(shape, context, next));

    private static async ValueTask<object?> InvokeAsync(
        IErrorShape shape, EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        try
        {
            return await next(context);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return Results.Empty;
        }
        catch (Exception failure) when (!http.Response.HasStarted)
        {
            var error = RequestError.Of(failure);
            if (error.Status >= StatusCodes.Status500InternalServerError)
            {
                http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(shape.GetType())
                    .LogError(failure, "{Method} {Path} failed", http.Request.Method, http.Request.Path);
            }

            if (error.RetryAfterSeconds is { } seconds)
            {
                http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            }

            if (error.Status is StatusCodes.Status408RequestTimeout or StatusCodes.Status413PayloadTooLarge)
            {
                // The rest of the body is not read, so the connection cannot carry another request; clients must not try.
                http.Response.Headers.Connection = "close";
            }

            return shape.Answer(error);
        }
    }
}

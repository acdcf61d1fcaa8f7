using AvatarGrains.Core.Sessions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AvatarGrains.Api.Shared;

/// <summary>Holds endpoints to keys and to requests per minute; to be put behind <see cref="ErrorFilter"/>.</summary>
internal static class CallerFilters
{
    /// <summary>Asks for a key on these endpoints, when this server has keys.</summary>
    public static TBuilder RequireKey<TBuilder>(this TBuilder endpoints, KeySource source)
        where TBuilder : IEndpointConventionBuilder =>
        endpoints.AddEndpointFilter(async (context, next) =>
        {
            var callers = context.HttpContext.RequestServices.GetRequiredService<Callers>();
            (await callers.IdentifyAsync(context.HttpContext, source)).Demand();
            return await next(context);
        });

    /// <summary>Counts these requests for the tenant of the session whose id is in the path; they carry no key.</summary>
    /// <param name="endpoints">The endpoints.</param>
    /// <param name="id">What the id is called in the path.</param>
    public static TBuilder CountForSession<TBuilder>(this TBuilder endpoints, string id = "id")
        where TBuilder : IEndpointConventionBuilder =>
        endpoints.AddEndpointFilter(async (context, next) =>
        {
            var http = context.HttpContext;
            var services = http.RequestServices;
            if (http.Request.RouteValues[id] is string named
                && await services.GetRequiredService<ISessionHost>().FindAsync(named, http.RequestAborted) is { } session
                && await services.GetRequiredService<TenantRates>().TakeAsync(session.Spec.Tenant, http.RequestAborted) is { } throttled)
            {
                throw new RequestException(throttled);
            }

            return await next(context);
        });
}

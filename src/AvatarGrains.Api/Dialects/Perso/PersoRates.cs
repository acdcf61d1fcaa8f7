using AvatarGrains.Core.Sessions;
using Microsoft.AspNetCore.Http;

namespace AvatarGrains.Api.Dialects.Perso;

/// <summary>Holds a session's tenant to its requests per minute; these requests carry no key, their session's id stands for it.</summary>
internal sealed class PersoRates(ISessionHost host, TenantRates rates) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (http.Request.RouteValues["id"] is string id && await host.FindAsync(id, http.RequestAborted) is { } session)
        {
            await rates.CheckAsync(session.Spec.Tenant, http.RequestAborted);
        }

        return await next(context);
    }
}

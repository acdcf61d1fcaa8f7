using AvatarGrains.Core.Sessions;
using Microsoft.AspNetCore.Http;

namespace AvatarGrains.Api.Dialects.Perso;

/// <summary>Asks for a key on the endpoints that need one, when this server has keys, and holds its tenant to its requests per minute.</summary>
internal sealed class PersoKeys(TenantDirectory tenants, TenantRates rates) : IEndpointFilter
{
    public const string Header = "PersoLive-APIKey";

    private const int MaxKeyLength = 256;

    private static readonly object TenantItem = new();

    /// <summary>The tenant whose key the request carries; the local tenant when the server has no keys.</summary>
    public static string TenantOf(HttpContext context) => context.Items[TenantItem] as string ?? "";

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var tenant = "";
        if (await tenants.NeedsKeyAsync(http.RequestAborted))
        {
            var key = http.Request.Headers[Header].ToString();
            tenant = key.Length is 0 or > MaxKeyLength ? null : await tenants.AuthenticateAsync(key, http.RequestAborted);
            if (tenant is null)
            {
                throw new PersoException(401, "not_authenticated", "Authentication credentials were not provided or are not valid.");
            }

            http.Items[TenantItem] = tenant;
        }

        await rates.CheckAsync(tenant, http.RequestAborted);
        return await next(context);
    }
}

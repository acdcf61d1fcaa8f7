using AvatarGrains.Core.Sessions;
using Microsoft.AspNetCore.Http;

namespace AvatarGrains.Api.Shared;

/// <summary>
/// Says whose a request is: asks for a key when this server has keys, and holds its tenant to its requests per minute. Thread-safe.
/// </summary>
internal sealed class Callers(TenantDirectory tenants, TenantRates rates)
{
    private const int MaxKeyLength = 256;

    private static readonly object TenantItem = new();

    /// <summary>The tenant that was found for the request; the local tenant where no key was asked for.</summary>
    public static string TenantOf(HttpContext context) => context.Items[TenantItem] as string ?? "";

    /// <summary>Finds the tenant and keeps it for <see cref="TenantOf"/>.</summary>
    /// <returns>
    /// The subprotocol that an accepted WebSocket must name, or null; else <see cref="RequestFault.NotAuthenticated"/> or
    /// <see cref="RequestFault.Throttled"/>.
    /// </returns>
    public async ValueTask<Checked<string?>> IdentifyAsync(HttpContext context, KeySource source)
    {
        var tenant = "";
        string? subprotocol = null;
        if (await tenants.NeedsKeyAsync(context.RequestAborted))
        {
            var read = source.Read(context.Request);
            var found = read is { Key.Length: <= MaxKeyLength } known ? await tenants.AuthenticateAsync(known.Key, context.RequestAborted) : null;
            if (found is null)
            {
                return new RequestError(RequestFault.NotAuthenticated, "Invalid or missing API key.");
            }

            (tenant, subprotocol) = (found, read?.Subprotocol);
            context.Items[TenantItem] = tenant;
        }

        return await rates.TakeAsync(tenant, context.RequestAborted) is { } throttled ? throttled : (Checked<string?>)subprotocol;
    }
}

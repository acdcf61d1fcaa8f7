using System.Security.Cryptography;
using System.Text;
using AvatarGrains.Api.Shared;
using Microsoft.AspNetCore.Http;

namespace AvatarGrains.Api.Dialects.AIAvatarKit;

/// <summary>Says whose a request is, by the dialect's own key or by a key of a tenant. Thread-safe.</summary>
internal sealed class KitAccess(Callers callers, AIAvatarKitOptions options)
{
    private static readonly KeySource Keys = new() { Bearer = true, SubprotocolPrefix = "Authorization." };

    /// <summary>The tenant of a request.</summary>
    /// <exception cref="RequestException">There is no key, or it is not good.</exception>
    public async ValueTask<string> DemandAsync(HttpContext context) => (await IdentifyAsync(context)).Demand().Tenant;

    /// <summary>The tenant of a request, and the subprotocol that an accepted WebSocket must name.</summary>
    public async ValueTask<Checked<(string Tenant, string? Subprotocol)>> IdentifyAsync(HttpContext context)
    {
        if (options.ApiKey is { } own)
        {
            var read = Keys.Read(context.Request);
            if (read is { } given && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given.Key), Encoding.UTF8.GetBytes(own)))
            {
                return ("", given.Subprotocol);
            }
        }

        if ((await callers.IdentifyAsync(context, Keys)).Is(out var subprotocol, out var error) && !(options.ApiKey is not null && IsLocal(context)))
        {
            return (Callers.TenantOf(context), subprotocol);
        }

        return error is null or { Fault: RequestFault.NotAuthenticated }
            ? new RequestError(RequestFault.NotAuthenticated, "Invalid or missing API Key")
            : error;
    }

    /// <summary>No key of a tenant was asked for.</summary>
    private static bool IsLocal(HttpContext context) => Callers.TenantOf(context).Length == 0;
}

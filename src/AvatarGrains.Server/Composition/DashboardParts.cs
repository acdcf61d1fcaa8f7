using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using AvatarGrains.Server.Configuration;
using Orleans.Dashboard;

namespace AvatarGrains.Server.Composition;

/// <summary>
/// Orleans' own dashboard at <c>/dashboard</c>, for whoever knows the admin key: by <c>Authorization: Bearer</c>, by <c>X-Admin-Key</c>, or by
/// <c>?key=</c> once, which a cookie then stands for.
/// Without a key in the settings there is none.
/// </summary>
internal static class DashboardParts
{
    private const string Path = "/dashboard";
    private const string Cookie = "avatar-admin";
    private const string Query = "key";

    public static void MapDashboard(this WebApplication app, AdminSettings admin)
    {
        if (admin.Key is { } key)
        {
            // The cookie proves that its bearer knew the key, and does not hold it.
            var pass = Convert.ToHexString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(Cookie)));
            app.MapOrleansDashboard(Path).AddEndpointFilter((context, next) => AdmitAsync(context, next, key, pass)).ExcludeFromDescription();
        }
    }

    private static async ValueTask<object?> AdmitAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next, string key, string pass)
    {
        var http = context.HttpContext;
        http.Response.Headers.CacheControl = "no-store";
        if (http.Request.Query.TryGetValue(Query, out var asked) && Same(asked.ToString(), key))
        {
            http.Response.Cookies.Append(
                Cookie, pass, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = http.Request.IsHttps, Path = Path });

            // The key is not to stay in the address line.
            return Results.Redirect(http.Request.PathBase + Path + "/");
        }

        if (Same(http.Request.Headers["X-Admin-Key"].ToString(), key)
            || (AuthenticationHeaderValue.TryParse(http.Request.Headers.Authorization, out var bearer)
                && bearer.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) && Same(bearer.Parameter, key))
            || Same(http.Request.Cookies[Cookie], pass))
        {
            return await next(context);
        }

        http.Response.Headers.WWWAuthenticate = "Bearer";
        return Results.Text("The admin key is missing or wrong.", statusCode: StatusCodes.Status401Unauthorized);
    }

    /// <summary>Takes as long whatever differs, lengths included.</summary>
    private static bool Same(string? one, string other) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(one ?? "")), SHA256.HashData(Encoding.UTF8.GetBytes(other)));
}

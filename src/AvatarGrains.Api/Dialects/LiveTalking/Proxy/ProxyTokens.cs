using AvatarGrains.Api.Shared;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace AvatarGrains.Api.Dialects.LiveTalking.Proxy;

/// <summary>Checks Firebase's tokens: RS256 by keys that Firebase publishes and changes, for one project, in their time, and of somebody.</summary>
internal static class ProxyTokens
{
    private const string Scheme = "livetalking-proxy";

    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    public static void Add(IServiceCollection services, LiveTalkingProxyOptions proxy)
    {
        services.AddAuthentication().AddJwtBearer(Scheme, static _ => { });
        services.AddOptions<JwtBearerOptions>(Scheme).Configure<TimeProvider>((bearer, time) => Configure(bearer, proxy, time));
    }

    /// <summary>Lets a request through whose token is good.</summary>
    /// <exception cref="RequestException">There is no token, it is not good, or it cannot be checked now.</exception>
    public static async ValueTask DemandAsync(HttpContext context)
    {
        var result = await context.AuthenticateAsync(Scheme);
        if (!result.Succeeded)
        {
            if (!result.None)
            {
                await DemandKeysAsync(context);
            }

            context.Response.Headers.WWWAuthenticate = "Bearer";
            throw new RequestException(new RequestError(
                RequestFault.NotAuthenticated, result.None ? "Missing Firebase token" : "Invalid or expired Firebase token"));
        }
    }

    /// <summary>Tells a token that is not good from one that cannot be checked, as no keys could be read yet.</summary>
    private static async ValueTask DemandKeysAsync(HttpContext context)
    {
        var bearer = context.RequestServices.GetRequiredService<IOptionsMonitor<JwtBearerOptions>>().Get(Scheme);
        try
        {
            await bearer.ConfigurationManager!.GetConfigurationAsync(context.RequestAborted);
        }
        catch (InvalidOperationException failure)
        {
            context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ProxyTokens))
                .LogError(failure, "The keys of the proxy API's tokens cannot be read");
            throw new RequestException(new RequestError(RequestFault.StorageDown, "the keys of the tokens cannot be read"));
        }
    }

    private static void Configure(JwtBearerOptions bearer, LiveTalkingProxyOptions proxy, TimeProvider time)
    {
        bearer.MapInboundClaims = false;
        bearer.ConfigurationManager = new ConfigurationManager<OpenIdConnectConfiguration>(proxy.Keys, new ProxyKeys(), Documents(proxy.Keys))
        {
            // A token of a new key has the keys read again, this often at most.
            RefreshInterval = proxy.KeysAgainAfter,
            AutomaticRefreshInterval = TimeSpan.FromHours(1),
        };
        bearer.TokenValidationParameters = new TokenValidationParameters
        {
            ValidIssuer = proxy.Issuer ?? $"https://securetoken.google.com/{proxy.Project}",
            ValidAudience = proxy.Audience ?? proxy.Project,
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
            ValidateIssuerSigningKey = true,
            LifetimeValidator = (from, until, _, _) => IsNow(from, until, time.GetUtcNow().UtcDateTime),
        };
        bearer.Events = new JwtBearerEvents { OnTokenValidated = context => CheckAsync(context, time) };
    }

    private static IDocumentRetriever Documents(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? new HttpDocumentRetriever { RequireHttps = !uri.IsLoopback }
            : new FileDocumentRetriever();

    private static bool IsNow(DateTime? from, DateTime? until, DateTime now) =>
        until is { } end && now < end + Skew && (from is null || from <= now + Skew);

    /// <summary>What Firebase asks for beyond the standard: made in the past, and for somebody.</summary>
    private static Task CheckAsync(TokenValidatedContext context, TimeProvider time)
    {
        var latest = (time.GetUtcNow() + Skew).ToUnixTimeSeconds();
        var token = (JsonWebToken)context.SecurityToken;
        if (!token.TryGetPayloadValue<long>("iat", out var issued) || issued > latest || string.IsNullOrWhiteSpace(token.Subject))
        {
            context.Fail("The token has no subject, or was not made in the past.");
        }

        return Task.CompletedTask;
    }
}

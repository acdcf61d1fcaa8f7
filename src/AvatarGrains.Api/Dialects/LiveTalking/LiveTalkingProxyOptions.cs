namespace AvatarGrains.Api.Dialects.LiveTalking;

/// <summary>Settings of the proxy API, whose callers sign in with Firebase.</summary>
public sealed record LiveTalkingProxyOptions
{
    /// <summary>The Firebase project whose users may call; null for no proxy API.</summary>
    public string? Project { get; init; }

    /// <summary>Address or file of the public keys that tokens are signed with, as a JSON Web Key Set.</summary>
    public string Keys { get; init; } = "https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com";

    /// <summary>How soon the keys may be read again when a token names one that is not among them.</summary>
    public TimeSpan KeysAgainAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Who issues tokens; null for Firebase's issuer of the project.</summary>
    public string? Issuer { get; init; }

    /// <summary>Whom tokens are for; null for the project.</summary>
    public string? Audience { get; init; }

    /// <summary>Where clients reach this server, such as <c>https://avatar.example</c>; null for where the request came to.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>The tenant whose sessions the callers control; "" for the local tenant.</summary>
    public string Tenant { get; init; } = "";
}

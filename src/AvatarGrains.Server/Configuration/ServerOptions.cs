using AvatarGrains.Api.Dialects.AIAvatarKit;
using AvatarGrains.Api.Dialects.OpenAvatarChat;
using AvatarGrains.Api.Dialects.LiveTalking;
using AvatarGrains.Api.Dialects.Perso;
using AvatarGrains.Core.Turns;
using AvatarGrains.Edge;
using AvatarGrains.Engines.Catalog;

namespace AvatarGrains.Server.Configuration;

/// <summary>
/// All settings of the server. Read from the JSON file of <c>--config</c>, then from environment variables (<c>AVATAR_PORT</c>,
/// <c>AVATAR_ENGINES__LLM__0__APIKEY</c>), then from the command line; later ones win.
/// </summary>
public sealed record ServerOptions
{
    /// <summary>TCP port of page and API.</summary>
    public int Port { get; init; } = 8000;

    /// <summary>UDP port of audio and video.</summary>
    public int MediaPort { get; init; } = 8001;

    /// <summary>Address to listen on for HTTP; <c>*</c> for all.</summary>
    public string Listen { get; init; } = "*";

    /// <summary>Address under which clients reach this machine when that is not one of its own (1:1 NAT), or null.</summary>
    public string? PublicAddress { get; init; }

    /// <summary>Folder of sessions and caches.</summary>
    public string Data { get; init; } = "data";

    /// <summary>Folder with <c>avatars</c>; null for the one that comes with the server.</summary>
    public string? Models { get; init; }

    /// <summary>Engines beside the embedded ones, and which are the defaults. An empty cache folder is one in the data folder.</summary>
    public EnginesOptions Engines { get; init; } = new() { CacheFolder = "" };

    /// <summary>How long things wait while the avatar speaks.</summary>
    public SpeechOptions Speech { get; init; } = new();

    /// <summary>Bytes of encoded poses kept.</summary>
    public long PoseCacheBytes { get; init; } = 512L * 1024 * 1024;

    /// <summary>How long turns may finish when the server stops.</summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Least severe log lines written: Trace, Debug, Information, Warning, Error.</summary>
    public string LogLevel { get; init; } = "Warning";

    public EdgeOptions Edge { get; init; } = new();

    public PersoOptions Perso { get; init; } = new();

    public AIAvatarKitOptions AIAvatarKit { get; init; } = new();
    public OpenAvatarChatOptions OpenAvatarChat { get; init; } = new();
    public LiveTalkingOptions LiveTalking { get; init; } = new();

    /// <summary>What tenants may use when nothing else is said of them.</summary>
    public TenantOptions Tenants { get; init; } = new();

    /// <summary>Where everything is kept.</summary>
    public StorageSettings Storage { get; init; } = new();

    /// <summary>The cluster this process belongs to; by default it is the only silo of its own.</summary>
    public ClusterSettings Cluster { get; init; } = new();

    /// <summary>What only the operator may see.</summary>
    public AdminSettings Admin { get; init; } = new();
}

using AvatarGrains.Api.Shared;

namespace AvatarGrains.Api.Dialects.Perso;

/// <summary>Settings of the Perso dialect.</summary>
public sealed record PersoOptions
{
    /// <summary>Prompts clients can choose, the default first.</summary>
    public IReadOnlyList<PersoPrompt> Prompts { get; init; } = [PersoPrompt.Default];

    /// <summary>API keys by tenant; when there is any, one of them is required in <c>PersoLive-APIKey</c>.</summary>
    public IReadOnlyDictionary<string, string> Keys { get; init; } = new Dictionary<string, string>();

    /// <summary>STUN and TURN servers for clients; none are needed when the server's address can be reached.</summary>
    public IReadOnlyList<IceServerOptions> IceServers { get; init; } = [];

    /// <summary>Picture size of a session that names none, in pixels.</summary>
    public int DefaultSize { get; init; } = 512;

    /// <summary>Largest JSON body, bytes.</summary>
    public int MaxJsonBytes { get; init; } = 1 << 20;

    /// <summary>Largest audio upload, bytes.</summary>
    public int MaxAudioBytes { get; init; } = 25 << 20;

    /// <summary>Longest audio upload.</summary>
    public TimeSpan MaxAudioTime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Largest document, bytes.</summary>
    public int MaxDocumentBytes { get; init; } = 20 << 20;

    /// <summary>Largest background image, bytes.</summary>
    public int MaxImageBytes { get; init; } = 10 << 20;

    /// <summary>Widest and highest background image, pixels.</summary>
    public int MaxImageSide { get; init; } = 4096;

    /// <summary>Most prompts, documents, images and templates of one tenant, each.</summary>
    public int MaxLibraryItems { get; init; } = 1000;

    /// <summary>Most bytes of documents and of images of one tenant, each.</summary>
    public long MaxLibraryBytes { get; init; } = 512L << 20;

    /// <summary>Longest text to be asked or spoken, in characters.</summary>
    public int MaxTextLength { get; init; } = 5000;
}

using AvatarGrains.Api.Shared;

namespace AvatarGrains.Api.Dialects.OpenAvatarChat;

/// <summary>Settings of the OpenAvatarChat dialect.</summary>
public sealed record OpenAvatarChatOptions
{
    /// <summary>The defaults of <c>start_api.sh</c>: address 127.0.0.1, port 8000, and <see cref="AnswersRoot"/>.</summary>
    public bool Defaults { get; init; }

    /// <summary>Whether <c>GET /</c> is answered as the API backend does; else it is the page, which is at <c>/index.html</c> in any case.</summary>
    public bool AnswersRoot { get; init; }

    /// <summary>Pipeline file (YAML) whose stages are mapped to engines here, or null.</summary>
    public string? PipelineFile { get; init; }

    /// <summary>Most sessions of this dialect on one server at once.</summary>
    public int MaxSessions { get; init; } = 100;

    /// <summary>How long a session stays when nothing is asked of it.</summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Longest question, in characters.</summary>
    public int MaxTextLength { get; init; } = 1000;

    /// <summary>Longest time until an answer is complete, pictures included.</summary>
    public TimeSpan ProcessingTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Language of a session that names none.</summary>
    public string Language { get; init; } = "pl";

    /// <summary>System prompt of every session, or null.</summary>
    public string? SystemPrompt { get; init; }

    /// <summary>Avatar of every session; null for the first.</summary>
    public string? Avatar { get; init; }

    /// <summary>Width and height of pictures, pixels.</summary>
    public int PictureSize { get; init; } = 512;

    /// <summary>Most pictures of one request for the face at rest.</summary>
    public int MaxIdleFrames { get; init; } = 250;

    /// <summary>Longest audio of one question.</summary>
    public TimeSpan MaxAudioTime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Largest audio upload, bytes.</summary>
    public int MaxAudioBytes { get; init; } = 25 << 20;

    /// <summary>Largest JSON body, bytes.</summary>
    public int MaxJsonBytes { get; init; } = 1 << 20;

    /// <summary>Largest message on a WebSocket, bytes.</summary>
    public int MaxMessageBytes { get; init; } = 16 << 20;

    /// <summary>Origins whose pages may call the API with credentials; <c>*</c> for all.</summary>
    public IReadOnlyList<string> CorsOrigins { get; init; } = ["http://localhost:3000", "http://127.0.0.1:3000"];

    /// <summary>Most clients of the WebRTC page at once; null for no limit but the tenant's.</summary>
    public int? ConcurrentLimit { get; init; }

    /// <summary>STUN and TURN servers that the WebRTC page is told of.</summary>
    public IReadOnlyList<IceServerOptions> IceServers { get; init; } = [];

    /// <summary>What is wrong with these settings.</summary>
    public IEnumerable<string> Problems()
    {
        if (MaxSessions < 1 || MaxTextLength < 1 || MaxIdleFrames < 1 || ConcurrentLimit < 1)
        {
            yield return "openAvatarChat: maxSessions, maxTextLength, maxIdleFrames and concurrentLimit must be at least 1.";
        }

        if (SessionTimeout <= TimeSpan.Zero || ProcessingTimeout <= TimeSpan.Zero || MaxAudioTime <= TimeSpan.Zero)
        {
            yield return "openAvatarChat: sessionTimeout, processingTimeout and maxAudioTime must be above zero.";
        }

        if (PictureSize is < 64 or > 1920 || PictureSize % 2 != 0)
        {
            yield return $"openAvatarChat.pictureSize is {PictureSize}; it must be even, 64 to 1920.";
        }
    }
}
